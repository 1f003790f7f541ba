// The frame port: the latest picture of each render on a shared store, for hubs that do not render it themselves.
import type { JobId } from '../../domain/ids.ts'
import type { LatestFrame } from '../../domain/latest-frame.ts'
import type { Transaction } from './unit-of-work.ts'

export interface SharedFrame extends LatestFrame {
  readonly attempt: number
}

export interface FrameStore {
  /** False for a store that one process has for itself: its memory is enough. */
  readonly isShared: boolean
  /** Replaces the picture of this attempt, or of an earlier one. */
  put(tx: Transaction, id: JobId, frame: SharedFrame): Promise<void>
  get(tx: Transaction, id: JobId): Promise<SharedFrame | null>
  drop(tx: Transaction, id: JobId): Promise<void>
  /** Deletes the pictures of renders that have ended: their process was killed before it could. */
  sweep(tx: Transaction): Promise<void>
}
