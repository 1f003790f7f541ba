// The window store port: rows of finished windows, one for each window of a job that is rendered in steps.
import type { JobId, Sha256 } from '../../domain/ids.ts'
import type { Transaction } from './unit-of-work.ts'
import type { FinishedWindow } from './window-memory.ts'

export interface KeptBlob {
  readonly sha256: Sha256
  readonly bytes: number
}

export interface KeptWindow extends FinishedWindow {
  readonly segment: KeptBlob
  /** As of WindowFiles. */
  readonly handover: KeptBlob | null
  readonly lead: KeptBlob | null
  /** 0 for a window of an earlier job. */
  readonly attempt: number
}

export interface WindowsToCopy {
  readonly from: JobId
  readonly to: JobId
  /** They are numbered anew, from 1. */
  readonly numbers: readonly number[]
}

export interface WindowStore {
  /** Replaces the window of an earlier attempt with the same number. */
  put(tx: Transaction, id: JobId, window: KeptWindow): Promise<void>
  /** Sorted by number. */
  ofJob(tx: Transaction, id: JobId): Promise<readonly KeptWindow[]>
  /** The encoded sound of the whole video. */
  putSound(tx: Transaction, id: JobId, sound: KeptBlob): Promise<void>
  soundOf(tx: Transaction, id: JobId): Promise<KeptBlob | null>
  /** Gives a job windows of another one, as of attempt 0 and without leads, and its sound. */
  copy(tx: Transaction, windows: WindowsToCopy): Promise<void>
  deleteAll(tx: Transaction, id: JobId): Promise<void>
}
