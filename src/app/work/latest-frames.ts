// The latest picture of each render of this hub, in memory until the render ends. Renders of other hubs on the same store are
// known to those hubs only.
import type { Job } from '../../domain/job.ts'
import { isLatestFrame, type LatestFrame } from '../../domain/latest-frame.ts'

export class LatestFrames {
  readonly #frames = new Map<string, LatestFrame & { readonly attempt: number }>()
  #count = 0

  get(jobId: string): LatestFrame | null {
    return this.#frames.get(jobId) ?? null
  }

  /** Keeps a picture while the attempt runs. Bytes that are no picture are dropped. */
  readonly keep = ({ id, attempt }: Pick<Job, 'id' | 'attempt'>, jpeg: Uint8Array): void => {
    if (!isLatestFrame(jpeg) || (this.#frames.get(id)?.attempt ?? 0) > attempt) return
    this.#count += 1
    this.#frames.set(id, { jpeg, attempt, tag: `${attempt}-${this.#count}` })
  }

  /** Drops the picture when the attempt has ended. */
  forget({ id, attempt }: Pick<Job, 'id' | 'attempt'>): void {
    if (this.#frames.get(id)?.attempt === attempt) this.#frames.delete(id)
  }
}
