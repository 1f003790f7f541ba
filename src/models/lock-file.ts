// models.lock.json: the facts about every model in the folder when it was verified. It spares the second run all requests and
// reading, and pins the content of models whose hash the manifest lacks: their hash is learnt at the first download.
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../domain/errors.ts'

export interface LockedModel {
  readonly bytes: number
  readonly sha256: string
  /** The origin of the expected hash; `download`: none, it was computed from the received bytes. */
  readonly trusted: 'manifest' | 'source' | 'download'
  /** Modification time of the verified file: another time means that it may be another file. */
  readonly modifiedAtMs: number
  /** Without its query, which may be a signature. */
  readonly source: string
}

type LockedModels = Readonly<Record<string, LockedModel>>

const LOCK_NAME = 'models.lock.json'

/** Only the process that holds the pull lock writes it. */
export class LockFile {
  readonly #path: string
  #models: LockedModels
  #writing: Promise<void> = Promise.resolve()

  private constructor(path: string, models: LockedModels) {
    this.#path = path
    this.#models = models
  }

  /** @throws AppError `manifest_invalid` when it is damaged: ignoring it silently would undo the pinning */
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

  /** Writes run one after the other, each with all that is known by then. */
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
    // Reported below.
  }
  const detail = `"${path}" is damaged or from a newer version; delete it to verify everything anew.`
  throw new AppError('manifest_invalid', detail)
}
