// Signals that a job may have changed. A signal is a hint: it may come late, twice or never; the row is the truth.
import type { JobId } from '../../domain/ids.ts'

export interface JobSignals {
  /** A change of this job was committed. */
  changed(id: JobId): void
  /** An entry was queued, or may be claimed now. */
  queueChanged(): void
  /** @returns a function that ends the subscription */
  onChange(id: JobId, listener: () => void): () => void
  onQueueChange(listener: () => void): () => void
}
