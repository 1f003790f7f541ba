// The records of a job whose pieces are rendered at the same time: each piece sees its own, and all are written as one.
import type { RemoteRenderMemory } from '../../../app/ports/engine.ts'
import type { RemoteRender } from '../../../domain/job.ts'

export class PieceRecords {
  readonly #memory: RemoteRenderMemory
  readonly #cuts: readonly number[]
  readonly #pieces: (RemoteRender | null)[]
  /** One write after the other: none may replace a newer one. */
  #writing: Promise<void> = Promise.resolve()

  constructor(memory: RemoteRenderMemory, cuts: readonly number[]) {
    this.#memory = memory
    this.#cuts = cuts
    const found = memory.found?.pieces ?? []
    this.#pieces = Array.from({ length: cuts.length + 1 }, (_, index) => found[index] ?? null)
  }

  /** @param index of the piece, from 0 */
  of(index: number): RemoteRenderMemory {
    const pieces = this.#pieces
    const write = (): Promise<void> => this.#write()
    return {
      get found() {
        return pieces[index] ?? null
      },
      async keep(remote) {
        pieces[index] = remote
        await write()
      },
    }
  }

  #write(): Promise<void> {
    const written = this.#writing.then(() => this.#memory.keep(this.#whole()))
    this.#writing = written.catch(() => {})
    return written
  }

  #whole(): RemoteRender {
    const begun = this.#pieces.filter((piece) => piece !== null)
    const { engine, backend, id, seed } = begun[0]!
    const lost = begun.flatMap((piece) => piece.lost ?? [])
    return {
      ...{ engine, backend, id, seed, prompts: [] },
      ...(lost.length === 0 ? {} : { lost }),
      cuts: this.#cuts,
      pieces: [...this.#pieces],
    }
  }
}
