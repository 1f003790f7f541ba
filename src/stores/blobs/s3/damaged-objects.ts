// Sets damaged objects aside: a copy is kept as evidence under `damaged/`, and the name is free for the right content. A service that
// returns wrong bytes once may have done so on the way, so nothing is set aside before a second reading agrees. Another hub may replace
// the object meanwhile: only the bytes that were read are set aside, which their ETag tells.
import { createHash } from 'node:crypto'
import type { AppError } from '../../../domain/errors.ts'
import type { Sha256 } from '../../../domain/ids.ts'
import { blobDamaged, blobMissing } from '../blob-error.ts'
import { listObjects } from './list-objects.ts'
import { readObject } from './read-object.ts'
import type { S3Client } from './s3-client.ts'
import { away } from './s3-error.ts'

const MAX_SET_ASIDE = 10
/** The object has another ETag than that of the condition, or is being written. */
const CHANGED = [409, 412]
const NOT_IMPLEMENTED = 501
/** The service copies the object. */
const COPY = { attempts: 2, timeoutMs: 60_000 }
/** Partly within a transaction of the database, which others wait for. */
const BRIEF = { attempts: 2, timeoutMs: 4000 }

export class DamagedObjects {
  readonly #client: S3Client
  readonly #onDamage: (error: AppError) => void
  readonly #signal: AbortSignal

  /** @param signal ends all requests */
  constructor(client: S3Client, onDamage: (error: AppError) => void, signal: AbortSignal) {
    this.#client = client
    this.#onDamage = onDamage
    this.#signal = signal
  }

  /** @returns the error to throw */
  async setAside(sha256: Sha256, key: string): Promise<AppError> {
    // Read before the bytes: the ETag of an object that is replaced in between fits nothing.
    const etag = await this.#etagOf(key)
    if (etag === null || (await this.#isSound(sha256, key))) {
      return away(`The bucket returned wrong bytes of ${sha256} once. Retry.`)
    }
    const signal = this.#signal
    const headers = {
      'x-amz-copy-source': `/${this.#client.options.bucket}/${key}`,
      'x-amz-copy-source-if-match': etag,
    }
    const copy = { method: 'PUT', key: this.#keyOf(sha256), headers, answers: CHANGED } as const
    const copied = await this.#client.call({ ...copy, signal, ...COPY })
    if (copied.status >= 300 || !(await this.#deleteUnchanged(key, etag))) {
      return away(`The bytes of ${sha256} were damaged and have been replaced. Retry.`)
    }
    await this.#keepFew(signal)
    const error = blobDamaged(sha256)
    this.#onDamage(error)
    return error
  }

  /** The error of a blob without an object: it was set aside, or is lost. */
  async explainAbsence(sha256: Sha256): Promise<AppError> {
    return (await this.#isAside(sha256)) ? blobDamaged(sha256) : blobMissing(sha256, null)
  }

  /** Deletes the evidence: the right content has its name again, or no job needs it. */
  async forget(sha256: Sha256): Promise<void> {
    if (!(await this.#isAside(sha256))) return
    const request = { method: 'DELETE', key: this.#keyOf(sha256), ...BRIEF } as const
    await this.#client.call({ ...request, signal: this.#signal })
  }

  /** Services that know no conditional DELETE ignore or reject the condition; they were asked for the ETag a moment before. */
  async #deleteUnchanged(key: string, etag: string): Promise<boolean> {
    if ((await this.#etagOf(key)) !== etag) return false
    const request = { method: 'DELETE', key, signal: this.#signal } as const
    const headers = { 'if-match': etag }
    const answers = [...CHANGED, NOT_IMPLEMENTED]
    const { status } = await this.#client.call({ ...request, headers, answers })
    if (status === NOT_IMPLEMENTED) await this.#client.call(request)
    return !CHANGED.includes(status)
  }

  /** @returns null when there is no object */
  async #etagOf(key: string): Promise<string | null> {
    const { status, headers } = await this.#client.call({
      ...{ method: 'HEAD', key, signal: this.#signal },
    })
    return status === 404 ? null : (headers.etag ?? null)
  }

  async #isAside(sha256: Sha256): Promise<boolean> {
    const request = { method: 'HEAD', key: this.#keyOf(sha256), ...BRIEF } as const
    return (await this.#client.call({ ...request, signal: this.#signal })).status !== 404
  }

  async #isSound(sha256: Sha256, key: string): Promise<boolean> {
    const object = await readObject(key, undefined, this.#client)
    if (object === null) return true
    const hash = createHash('sha256')
    for await (const chunk of object) hash.update(chunk as Buffer)
    return hash.digest('hex') === sha256
  }

  async #keepFew(signal: AbortSignal): Promise<void> {
    const { prefix } = this.#client.options
    const keys: string[] = []
    for await (const { key } of listObjects(`${prefix}damaged/`, this.#client, signal)) {
      keys.push(key)
    }
    for (const key of keys.slice(0, Math.max(0, keys.length - MAX_SET_ASIDE))) {
      await this.#client.call({ method: 'DELETE', key, signal })
    }
  }

  #keyOf(sha256: Sha256): string {
    return `${this.#client.options.prefix}damaged/${sha256}`
  }
}
