// Holds the latest frame of each render of this hub in memory, until the render ends. Each hub of a store knows only its own
// renders.
import type { Job } from '../../domain/job.ts'
import { isLatestFrame } from '../../domain/latest-frame.ts'

export interface LatestFrame {
  readonly jpeg: Uint8Array
  /** Changes with every picture. */
  readonly tag: string
}

export class LatestFrames {
  readonly #frames = new Map<string, LatestFrame & { readonly attempt: number }>()
  #count = 0

  get(jobId: string): LatestFrame | null {
    return this.#frames.get(jobId) ?? null
  }

  /** Keeps a JPEG while the attempt runs; ignores other bytes. */
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
