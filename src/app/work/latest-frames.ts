// How the renders of this hub look now: one picture for each, in memory, gone with its render. Renders of other hubs of the same
// store are known to those hubs only.
import type { Job } from '../../domain/job.ts'
import { isLatestFrame } from '../../domain/latest-frame.ts'

export interface LatestFrame {
  readonly jpeg: Uint8Array
  /** Another picture has another one. */
  readonly tag: string
}

export class LatestFrames {
  readonly #frames = new Map<string, LatestFrame & { readonly attempt: number }>()
  #count = 0

  get(jobId: string): LatestFrame | null {
    return this.#frames.get(jobId) ?? null
  }

  /** For as long as the attempt runs; what is no picture is not kept. */
  readonly keep = ({ id, attempt }: Pick<Job, 'id' | 'attempt'>, jpeg: Uint8Array): void => {
    if (!isLatestFrame(jpeg) || (this.#frames.get(id)?.attempt ?? 0) > attempt) return
    this.#count += 1
    this.#frames.set(id, { jpeg, attempt, tag: `${attempt}-${this.#count}` })
  }

  /** The attempt is over. */
  forget({ id, attempt }: Pick<Job, 'id' | 'attempt'>): void {
    if (this.#frames.get(id)?.attempt === attempt) this.#frames.delete(id)
  }
}
