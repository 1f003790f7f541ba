// models.lock.json: what every model in the folder was when it was verified. It makes the second run free of requests and of
// reading, and pins the content of models whose hash the manifest does not know: it is learnt at the first download.
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../domain/errors.ts'

export interface LockedModel {
  readonly bytes: number
  readonly sha256: string
  /** Who said what it must hash to; `download`: nobody, it was computed from what came. */
  readonly trusted: 'manifest' | 'source' | 'download'
  /** Of the file when it was verified: another time means that it may be another file. */
  readonly modifiedAtMs: number
  /** Without its query, which may be a signature. */
  readonly source: string
}

type LockedModels = Readonly<Record<string, LockedModel>>

const LOCK_NAME = 'models.lock.json'

/** One process writes it at a time: the one that holds the pull lock. */
export class LockFile {
  readonly #path: string
  #models: LockedModels
  #writing: Promise<void> = Promise.resolve()

  private constructor(path: string, models: LockedModels) {
    this.#path = path
    this.#models = models
  }

  /** @throws AppError `manifest_invalid` when it was damaged: trusting nothing in silence would undo the pinning */
  static async open(volume: string): Promise<LockFile> {
    const path = join(volume, LOCK_NAME)
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw error
    })
    return new LockFile(path, text === null ? {} : parseLock(text, path))
  }

  get(key: string): LockedModel | null {
    return this.#models[key] ?? null
  }

  async set(key: string, model: LockedModel): Promise<void> {
    this.#models = { ...this.#models, [key]: model }
    await this.#write()
  }

  async delete(key: string): Promise<void> {
    const { [key]: _gone, ...others } = this.#models
    this.#models = others
    await this.#write()
  }

  /** One after the other, each with all that is known by then. */
  #write(): Promise<void> {
    this.#writing = this.#writing
      .catch(() => {})
      .then(async () => {
        const sorted = Object.fromEntries(
          Object.entries(this.#models).toSorted(([a], [b]) => (a < b ? -1 : 1)),
        )
        const text = `${JSON.stringify({ version: 1, models: sorted }, null, 2)}\n`
        const temporary = `${this.#path}.new`
        await writeFile(temporary, text, { flush: true })
        await rename(temporary, this.#path)
      })
    return this.#writing
  }
}

function parseLock(text: string, path: string): LockedModels {
  try {
    const { version, models } = JSON.parse(text) as { version: unknown; models: LockedModels }
    if (version === 1 && typeof models === 'object' && models !== null) return models
  } catch {
    // Said below.
  }
  const detail = `"${path}" is damaged or of a newer version; without it, everything is verified anew.`
  throw new AppError('manifest_invalid', detail)
}
