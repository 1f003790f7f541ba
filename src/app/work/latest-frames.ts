// The latest picture of each render of this process, in memory until the render ends. `share-frames.ts` passes them on to other hubs.
import type { Job } from '../../domain/job.ts'
import { isLatestFrame, type LatestFrame } from '../../domain/latest-frame.ts'
import type { SharedFrame } from '../ports/frame-store.ts'

export class LatestFrames {
  readonly #frames = new Map<string, SharedFrame>()
  #count = 0

  get(jobId: string): LatestFrame | null {
    return this.#frames.get(jobId) ?? null
  }

  /** Keeps a picture while the attempt runs. Bytes that are no picture are dropped. @returns null when it was dropped */
  readonly keep = (
    { id, attempt }: Pick<Job, 'id' | 'attempt'>,
    jpeg: Uint8Array,
  ): SharedFrame | null => {
    if (!isLatestFrame(jpeg) || (this.#frames.get(id)?.attempt ?? 0) > attempt) return null
    this.#count += 1
    const frame = { jpeg, attempt, tag: `${attempt}-${this.#count}` }
    this.#frames.set(id, frame)
    return frame
  }

  /** Drops the picture when the attempt has ended. */
  forget({ id, attempt }: Pick<Job, 'id' | 'attempt'>): void {
    if (this.#frames.get(id)?.attempt === attempt) this.#frames.delete(id)
  }
}
