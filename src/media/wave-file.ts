// Writes a mono 16-bit WAV file piece by piece; its header gets the length at the end.
import { type FileHandle, open } from 'node:fs/promises'

const HEADER_BYTES = 44
const BYTES_PER_SAMPLE = 2

export class WaveFile {
  readonly #file: FileHandle
  readonly #sampleRate: number
  #samples = 0

  private constructor(file: FileHandle, sampleRate: number) {
    this.#file = file
    this.#sampleRate = sampleRate
  }

  static async create(path: string, sampleRate: number): Promise<WaveFile> {
    const wave = new WaveFile(await open(path, 'wx'), sampleRate)
    await wave.#file.write(new Uint8Array(HEADER_BYTES))
    return wave
  }

  get seconds(): number {
    return this.#samples / this.#sampleRate
  }

  /** @param bytes little-endian samples */
  async append(bytes: Uint8Array): Promise<void> {
    await this.#file.write(bytes)
    this.#samples += Math.floor(bytes.length / BYTES_PER_SAMPLE)
  }

  async appendSilence(seconds: number): Promise<void> {
    await this.append(new Uint8Array(Math.round(seconds * this.#sampleRate) * BYTES_PER_SAMPLE))
  }

  /** Completes the header. */
  async finish(): Promise<void> {
    const bytes = this.#samples * BYTES_PER_SAMPLE
    const header = Buffer.alloc(HEADER_BYTES)
    header.write('RIFF', 0, 'latin1')
    header.writeUInt32LE(HEADER_BYTES - 8 + bytes, 4)
    header.write('WAVEfmt ', 8, 'latin1')
    header.writeUInt32LE(16, 16)
    header.writeUInt16LE(1, 20)
    header.writeUInt16LE(1, 22)
    header.writeUInt32LE(this.#sampleRate, 24)
    header.writeUInt32LE(this.#sampleRate * BYTES_PER_SAMPLE, 28)
    header.writeUInt16LE(BYTES_PER_SAMPLE, 32)
    header.writeUInt16LE(BYTES_PER_SAMPLE * 8, 34)
    header.write('data', 36, 'latin1')
    header.writeUInt32LE(bytes, 40)
    await this.#file.write(header, 0, HEADER_BYTES, 0)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#file.close()
  }
}
