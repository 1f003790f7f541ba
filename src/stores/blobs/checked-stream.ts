// Passes a blob on while it hashes it, and holds the last piece back until the hash is known. A reader of damaged bytes never
// gets all of them: its answer is cut off instead of being a wrong file.
import { createHash } from 'node:crypto'
import { Transform, type TransformCallback } from 'node:stream'
import type { Sha256 } from '../../domain/ids.ts'

export interface StreamCheck {
  readonly sha256: Sha256
  /** Called once all bytes are read; its error ends the stream. */
  onEnd(isSound: boolean): Promise<void>
}

export class CheckedStream extends Transform {
  readonly #hash = createHash('sha256')
  readonly #check: StreamCheck
  #held: Buffer | null = null

  constructor(check: StreamCheck) {
    super()
    this.#check = check
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#hash.update(chunk)
    const before = this.#held
    this.#held = chunk
    done(null, before ?? undefined)
  }

  override _flush(done: TransformCallback): void {
    const isSound = this.#hash.digest('hex') === this.#check.sha256
    this.#check.onEnd(isSound).then(
      () => done(null, this.#held ?? undefined),
      (error: Error) => done(error),
    )
  }
}
