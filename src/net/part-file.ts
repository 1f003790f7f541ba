// A file that is still being received. It has a temporary name beside its target, so nobody opens half of it by its own name, and
// it is deleted when it does not become complete.
import { randomBytes } from 'node:crypto'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'

export class PartFile {
  readonly #handle: FileHandle
  readonly #partPath: string
  readonly #targetPath: string

  private constructor(handle: FileHandle, partPath: string, targetPath: string) {
    this.#handle = handle
    this.#partPath = partPath
    this.#targetPath = targetPath
  }

  static async create(targetPath: string): Promise<PartFile> {
    const partPath = `${targetPath}.part-${randomBytes(6).toString('hex')}`
    return new PartFile(await open(partPath, 'wx', 0o600), partPath, targetPath)
  }

  async append(chunk: Uint8Array): Promise<void> {
    await this.#handle.appendFile(chunk)
  }

  /** Gives the file its own name, replacing what was there. */
  async commit(): Promise<void> {
    await this.#handle.close()
    await rename(this.#partPath, this.#targetPath)
  }

  /** Removes the file. Harmless after a failed commit. */
  async discard(): Promise<void> {
    await this.#handle.close()
    await rm(this.#partPath, { force: true })
  }
}
