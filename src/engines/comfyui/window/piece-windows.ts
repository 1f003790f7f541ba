// The stored windows of one piece of a video, which may be the whole: those without a gap from its first frame on.
import type {
  FinishedWindow,
  StoredWindow,
  WindowFiles,
  WindowMemory,
} from '../../../app/ports/window-memory.ts'

export class PieceWindows implements WindowMemory {
  readonly #memory: WindowMemory
  readonly #done: StoredWindow[] = []

  /** @param fromFrame its first frame @param toFrame the first frame after it */
  constructor(memory: WindowMemory, fromFrame: number, toFrame: number) {
    this.#memory = memory
    let next = fromFrame
    for (const window of memory.done) {
      if (window.firstFrame !== next || next >= toFrame) continue
      this.#done.push(window)
      next += window.frames
    }
    // A window that hands nothing over was blended into another piece, or sampled in one prompt with those behind it: nothing goes on
    // from it.
    const isUseless = (last?: StoredWindow): boolean =>
      last?.handoverPath === null && last.firstFrame + last.frames < toFrame
    while (isUseless(this.#done.at(-1))) this.#done.pop()
  }

  get done(): readonly StoredWindow[] {
    return this.#done
  }

  get sound(): string | null {
    return this.#memory.sound
  }

  async keep(window: FinishedWindow, files: WindowFiles): Promise<StoredWindow> {
    const stored = await this.#memory.keep(window, files)
    const at = this.#done.findIndex(({ number }) => number >= stored.number)
    // Windows behind one that was rendered again do not follow it.
    this.#done.splice(at < 0 ? this.#done.length : at, this.#done.length, stored)
    return stored
  }

  keepSound(path: string): Promise<string> {
    return this.#memory.keepSound(path)
  }
}
