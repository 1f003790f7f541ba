// Reads a staged voice, headerless 16 kHz s16le, in blocks of two seconds. Memory does not grow with the voice,
// and the event loop (progress, cancellation) runs between two blocks.
import { type FileHandle, open } from 'node:fs/promises'
import { endianness } from 'node:os'

export const SAMPLE_RATE_HZ = 16_000

const BYTES_PER_SAMPLE = 2
const BLOCK_SAMPLES = 2 * SAMPLE_RATE_HZ

/** An open voice, of any number of channels: a block holds whole frames of one or two. The caller that opened it closes it. */
export class PcmReader {
  readonly #file: FileHandle
  /** Whole samples in the file; half a sample at the end does not count. */
  readonly samples: number

  private constructor(file: FileHandle, samples: number) {
    this.#file = file
    this.samples = samples
  }

  static async open(path: string): Promise<PcmReader> {
    const file = await open(path, 'r')
    try {
      const { size } = await file.stat()
      return new PcmReader(file, Math.floor(size / BYTES_PER_SAMPLE))
    } catch (error) {
      await file.close()
      throw error
    }
  }

  /**
   * All samples in order, from the beginning. The next block overwrites the previous one: copy the samples you keep.
   * @throws the signal's reason once it is aborted.
   */
  async *blocks(signal: AbortSignal): AsyncGenerator<Int16Array> {
    const samples = new Int16Array(BLOCK_SAMPLES)
    const bytes = Buffer.from(samples.buffer)
    for (let next = 0; next < this.samples; ) {
      signal.throwIfAborted()
      const wanted = Math.min(BLOCK_SAMPLES, this.samples - next)
      const got = await this.#fill(bytes.subarray(0, wanted * BYTES_PER_SAMPLE), next)
      if (got === 0) return
      if (endianness() === 'BE') bytes.subarray(0, got * BYTES_PER_SAMPLE).swap16()
      yield samples.subarray(0, got)
      next += got
    }
  }

  /** A read may return less than was asked for; only the end of the file may leave the block short. */
  async #fill(block: Buffer, firstSample: number): Promise<number> {
    let filled = 0
    while (filled < block.length) {
      const position = firstSample * BYTES_PER_SAMPLE + filled
      const { bytesRead } = await this.#file.read(block, filled, block.length - filled, position)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return Math.floor(filled / BYTES_PER_SAMPLE)
  }

  async close(): Promise<void> {
    await this.#file.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
