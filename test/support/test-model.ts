// A model of any size that takes no memory: a valid safetensors file whose bytes follow from their place, so that a misplaced block
// is noticed.
import { createHash } from 'node:crypto'

const BLOCK_BYTES = 64 * 1024

export class TestModel {
  readonly bytes: number
  readonly #head: Buffer
  readonly #block: Buffer
  #sha256: string | null = null

  /** @param seed another seed is another content of the same size */
  constructor(bytes: number, seed = 1) {
    this.bytes = bytes
    this.#head = safetensorsHead(bytes)
    this.#block = Buffer.alloc(BLOCK_BYTES)
    let state = seed
    for (let at = 0; at < BLOCK_BYTES; at += 4) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      this.#block.writeUInt32LE(state, at)
    }
  }

  /** From `start` up to, not including, `end`. */
  read(start: number, end: number): Buffer {
    const bytes = Buffer.alloc(end - start)
    for (let at = start; at < end; ) {
      const inBlock = at % BLOCK_BYTES
      const length = Math.min(BLOCK_BYTES - inBlock, end - at)
      const index = Math.floor(at / BLOCK_BYTES)
      this.#block.writeUInt32LE(index, 0)
      this.#block.copy(bytes, at - start, inBlock, inBlock + length)
      at += length
    }
    if (start < this.#head.length)
      this.#head.copy(bytes, 0, start, Math.min(end, this.#head.length))
    return bytes
  }

  get sha256(): string {
    if (this.#sha256 === null) {
      const hash = createHash('sha256')
      for (let at = 0; at < this.bytes; at += 16 * BLOCK_BYTES) {
        hash.update(this.read(at, Math.min(this.bytes, at + 16 * BLOCK_BYTES)))
      }
      this.#sha256 = hash.digest('hex')
    }
    return this.#sha256
  }
}

/** The header of one tensor that fills the file. */
function safetensorsHead(bytes: number): Buffer {
  const length = 120
  const header = (data: number): string =>
    JSON.stringify({ tensor: { dtype: 'U8', shape: [data], data_offsets: [0, data] } })
  const json = header(bytes - 8 - length).padEnd(length)
  const head = Buffer.alloc(8 + length)
  head.writeBigUInt64LE(BigInt(length), 0)
  head.write(json, 8)
  return head
}
