// Tells who waits that a job may have changed. Only a hint: it may come late, twice or never, and the row is the truth.
import type { JobId } from '../../domain/ids.ts'

export interface JobSignals {
  /** Something of this job was committed. */
  changed(id: JobId): void
  /** Something was put into the queue, or may be taken from it now. */
  queueChanged(): void
  /** @returns a function that ends the subscription */
  onChange(id: JobId, listener: () => void): () => void
  onQueueChange(listener: () => void): () => void
}
