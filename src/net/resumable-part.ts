// A file that is being received, and may have been begun by an earlier run: what it holds counts and is hashed.
import { createHash, type Hash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

const READ_BYTES = 1024 * 1024

export class ResumablePart implements AsyncDisposable {
  readonly #file: FileHandle
  #hash: Hash = createHash('sha256')
  #bytes = 0

  private constructor(file: FileHandle) {
    this.#file = file
  }

  /** Keeps what is at the path when `resumes`. Follows no link that somebody laid there. @throws Error of the file system */
  static async open(
    path: string,
    { resumes }: { readonly resumes: boolean },
  ): Promise<ResumablePart> {
    const { O_RDWR, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants
    // Windows has no O_NOFOLLOW, and needs none to tell a link from a file.
    const flags = O_RDWR | O_CREAT | (O_NOFOLLOW ?? 0) | (resumes ? 0 : O_TRUNC)
    const part = new ResumablePart(await open(path, flags, 0o666))
    try {
      // A buffer for each of the thousands of pictures of a long render would leave holes in the memory of the process.
      if (resumes) await part.#readWhatIsThere()
      return part
    } catch (error) {
      await part[Symbol.asyncDispose]()
      throw error
    }
  }

  get bytes(): number {
    return this.#bytes
  }

  /** SHA-256 of the bytes on the disk, hexadecimal. */
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

  async [Symbol.asyncDispose](): Promise<void> {
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
