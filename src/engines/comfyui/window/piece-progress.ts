// The progress of a video whose pieces are rendered at the same time, from the progress of each.

import { DEFAULT_WINDOWING } from '@infinitetalk/arithmetic'
import type { RenderProgress } from '../../../app/ports/engine.ts'
import type { WindowStep } from '../../../domain/window-steps.ts'

export interface PieceBegun {
  readonly steps: readonly WindowStep[]
  /** Windows that are stored already. */
  readonly done: number
}

/** Steps of sampling, and windows, of one piece. */
interface PieceState {
  done: number
  /** As of RenderProgress: in steps of a window of the trained length. */
  left: number
  windowsDone: number
  /** The number of all: more than at first when memory runs out and they become shorter. */
  windows: number
}

export class PieceProgress {
  readonly #pieces: PieceState[]
  readonly #stepsPerWindow: number
  readonly #machines: number
  readonly #onProgress: (progress: RenderProgress) => void
  #isSampling = false

  constructor(
    pieces: readonly PieceBegun[],
    stepsPerWindow: number,
    machines: number,
    onProgress: (progress: RenderProgress) => void,
  ) {
    this.#stepsPerWindow = stepsPerWindow
    this.#machines = Math.max(1, Math.min(machines, pieces.length))
    this.#onProgress = onProgress
    this.#pieces = pieces.map(({ steps, done }) => {
      const frames = steps.slice(done).reduce((sum, { length }) => sum + length, 0)
      const left = (frames * stepsPerWindow) / DEFAULT_WINDOWING.windowFrames
      const windows = steps.length
      return { done: done * stepsPerWindow, left, windowsDone: done, windows }
    })
  }

  /** @param index of the piece, from 0 */
  hear(index: number, progress: RenderProgress): void {
    const { stage, done, total, left, window } = progress
    if (stage !== 'sampling') {
      // The others sample meanwhile.
      if (!this.#isSampling) this.#onProgress({ stage, done, total })
      return
    }
    this.#isSampling = true
    const windowsDone = window === undefined ? 0 : window.number - 1
    const windows = window?.count ?? this.#pieces[index]!.windows
    this.#pieces[index] = { done, left: left ?? total - done, windowsDone, windows }
    this.#report()
  }

  /** All windows of the piece are stored. */
  end(index: number, windows: number): void {
    const done = windows * this.#stepsPerWindow
    this.#pieces[index] = { done, left: 0, windowsDone: windows, windows }
    if (this.#isSampling) this.#report()
  }

  #report(): void {
    const sum = (of: (piece: PieceState) => number): number =>
      this.#pieces.reduce((all, piece) => all + of(piece), 0)
    const longest = Math.max(...this.#pieces.map(({ left }) => left))
    const count = sum(({ windows }) => windows)
    const number = Math.min(count, sum(({ windowsDone }) => windowsDone) + 1)
    this.#onProgress({
      stage: 'sampling',
      done: sum(({ done }) => done),
      total: count * this.#stepsPerWindow,
      // Pieces without a machine wait for one of the others.
      left: Math.max(longest, sum(({ left }) => left) / this.#machines),
      window: { number, count },
    })
  }
}
