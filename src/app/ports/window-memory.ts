// The port for renders in steps: each finished window is kept for good, so that whatever dies costs at most the window it was in.
// The next attempt finds them, on whichever machine it renders.

export interface FinishedWindow {
  /** From 1. */
  readonly number: number
  /** Frames of the video that it adds, from which one on. */
  readonly firstFrame: number
  readonly frames: number
  /** Frames that were sampled for it. */
  readonly length: number
  readonly seed: number
  /** The machine that rendered it, as its engine knows it again. */
  readonly backend: string
  readonly renderSeconds: number
}

export interface WindowFiles {
  /** Its part of the final video: see encode-segment.ts. */
  readonly segmentPath: string
  /** Its last frames without loss, for the next window; null for the last window. */
  readonly handoverPath: string | null
}

export interface StoredWindow extends FinishedWindow, WindowFiles {}

export interface WindowMemory {
  /** In order, from the first one on, without a gap. */
  readonly done: readonly StoredWindow[]
  /**
   * Durable when it returns. The files are taken over.
   *
   * @returns where they are now
   * @throws AppError `worker_lost` when this attempt is not the running one, `disk_full`
   */
  keep(window: FinishedWindow, files: WindowFiles): Promise<StoredWindow>
}
