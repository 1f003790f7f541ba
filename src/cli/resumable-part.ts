// A part file that may have been begun by an earlier run: what is in it counts, is hashed, and is gone on with.
import { createHash, type Hash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { AppError } from '../domain/errors.ts'

const READ_BYTES = 1024 * 1024

export class ResumablePart {
  readonly path: string
  readonly #file: FileHandle
  #hash: Hash = createHash('sha256')
  #bytes = 0

  private constructor(path: string, file: FileHandle) {
    this.path = path
    this.#file = file
  }

  /** @throws AppError `output_unwritable` */
  static async open(path: string): Promise<ResumablePart> {
    const file = await openFile(path)
    const part = new ResumablePart(path, file)
    try {
      await part.#readWhatIsThere()
      return part
    } catch (error) {
      await file.close()
      throw error
    }
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Of what is there now, hexadecimal. */
  sha256(): string {
    return this.#hash.copy().digest('hex')
  }

  async append(piece: Uint8Array): Promise<void> {
    for (let written = 0; written < piece.byteLength; ) {
      const rest = piece.byteLength - written
      const { bytesWritten } = await this.#file.write(piece, written, rest, this.#bytes + written)
      written += bytesWritten
    }
    this.#hash.update(piece)
    this.#bytes += piece.byteLength
  }

  /** Forgets what is there. */
  async restart(): Promise<void> {
    await this.#file.truncate(0)
    this.#hash = createHash('sha256')
    this.#bytes = 0
  }

  async discard(): Promise<void> {
    await rm(this.path, { force: true })
  }

  async close(): Promise<void> {
    await this.#file.close()
  }

  async #readWhatIsThere(): Promise<void> {
    const buffer = Buffer.allocUnsafe(READ_BYTES)
    for (;;) {
      const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, this.#bytes)
      if (bytesRead === 0) return
      this.#hash.update(buffer.subarray(0, bytesRead))
      this.#bytes += bytesRead
    }
  }
}

async function openFile(path: string): Promise<FileHandle> {
  const { O_RDWR, O_CREAT, O_NOFOLLOW } = constants
  try {
    // Absent on Windows, where it is not needed to tell a link from a file.
    return await open(path, O_RDWR | O_CREAT | (O_NOFOLLOW ?? 0), 0o666)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new AppError('output_unwritable', `${path} could not be written (${code}).`, { cause })
  }
}
