// The port for renders in steps: each finished window is stored, so that a crash costs at most the present window. The next attempt
// finds them on any machine.

export interface FinishedWindow {
  /** From 1. */
  readonly number: number
  /** The frames that it adds to the video, and the first of them. */
  readonly firstFrame: number
  readonly frames: number
  /** Number of sampled frames. */
  readonly length: number
  readonly seed: number
  /** The engine's name of the machine that rendered it. */
  readonly backend: string
  readonly renderSeconds: number
}

export interface WindowFiles {
  /** Its part of the final video: see encode-segment.ts. */
  readonly segmentPath: string
  /**
   * Its last frames without loss, for the next window; null for the last window, for one that was crossfaded into the next piece, and
   * where one prompt renders all windows.
   */
  readonly handoverPath: string | null
  /** The frames that a piece shows before its cut, without loss (see lead-file.ts); null where the window begins no piece. */
  readonly leadPath: string | null
}

export interface StoredWindow extends FinishedWindow, WindowFiles {}

export interface WindowMemory {
  /** In order; grows with what this attempt keeps. Pieces that are rendered at the same time leave gaps. */
  readonly done: readonly StoredWindow[]
  /**
   * Durable when it returns. Moves the files.
   *
   * @returns their new paths
   * @throws AppError `worker_lost` when this attempt is not the running one, `disk_full`
   */
  keep(window: FinishedWindow, files: WindowFiles): Promise<StoredWindow>
  /** The encoded sound of the whole video; null until it is kept. */
  readonly sound: string | null
  /** As keep(). @returns the new path */
  keepSound(path: string): Promise<string>
}

/** Puts a window in its place, instead of an earlier one with its number. */
export function putInOrder(windows: StoredWindow[], window: StoredWindow): void {
  const at = windows.findIndex(({ number }) => number >= window.number)
  if (at < 0) windows.push(window)
  else windows.splice(at, windows[at]!.number === window.number ? 1 : 0, window)
}
