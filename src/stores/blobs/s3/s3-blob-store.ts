// Blobs in a bucket of S3 or of a service that speaks its protocol: `blobs/ab/abcd...` by hash. Bytes are staged and hashed in a folder
// of this machine, then uploaded under their hash. That folder also keeps copies for renders, which read files. The bucket is the
// truth: a blob exists when its object does.
import { pipeline, type Readable } from 'node:stream'
import type { BlobLink, BlobStore, ByteRange, StagedBlob } from '../../../app/ports/blob-store.ts'
import { Semaphore } from '../../../async/semaphore.ts'
import { AppError } from '../../../domain/errors.ts'
import type { Sha256 } from '../../../domain/ids.ts'
import { createServiceClient } from '../../../net/service-client.ts'
import { isDamage } from '../blob-error.ts'
import { CheckedStream } from '../checked-stream.ts'
import { openFolderBlobStore } from '../folder-blob-store.ts'
import { BlobCache } from './blob-cache.ts'
import { DamagedObjects } from './damaged-objects.ts'
import { copyObject, S3DirectUploads, type SourceObject } from './direct-uploads.ts'
import { listObjects } from './list-objects.ts'
import { putFile } from './put-file.ts'
import { openObject, readObject } from './read-object.ts'
import { S3Client } from './s3-client.ts'
import { toS3Error } from './s3-error.ts'
import type { S3Options } from './s3-options.ts'
import { signLink } from './sign-request.ts'
import { StaleUploads } from './stale-uploads.ts'

export interface S3BlobOptions {
  readonly s3: S3Options
  /** For staged bytes and copies. */
  readonly folder: string
  readonly cacheMaxBytes: number
  /** Longest time for which a render uses a path. */
  readonly useMs: number
  readonly owner: string
  newToken(): string
  onDamage(error: AppError): void
}

const CONNECTIONS = 32
const CONNECT_TIMEOUT_MS = 10_000
const IDLE_TIMEOUT_MS = 30_000
/** Each has three connections. */
const UPLOADS_AT_ONCE = 4
const DOWNLOADS_AT_ONCE = 4
/** Attempts of an upload: they span 30 s to a minute, because a video that is not stored must be rendered again. */
const UPLOAD_ATTEMPTS = 14
/** Within a transaction of the database, which others wait for. */
const BRIEF = { attempts: 2, timeoutMs: 4000 }
const PROBE_EVERY_MS = 5000

/** @throws AppError `store_unavailable` when the bucket cannot be read, `disk_full` */
export async function openS3BlobStore(options: S3BlobOptions): Promise<BlobStore> {
  const store = new S3BlobStore(options, await openFolderBlobStore(options))
  try {
    await store.probe()
    return store
  } catch (error) {
    await store.close()
    throw error
  }
}

class S3BlobStore implements BlobStore {
  readonly #s3: S3Options
  readonly #local: BlobStore
  readonly #client: S3Client
  readonly #closeClient: () => Promise<void>
  readonly #cache: BlobCache
  readonly #damaged: DamagedObjects
  readonly #stale: StaleUploads
  readonly direct: S3DirectUploads
  readonly #uploads = new Semaphore(UPLOADS_AT_ONCE)
  readonly #downloads = new Semaphore(DOWNLOADS_AT_ONCE)
  readonly #fetching = new Map<Sha256, Promise<void>>()
  readonly #closed = new AbortController()
  #soundUntilMs = 0

  constructor({ s3, folder, cacheMaxBytes, useMs, onDamage }: S3BlobOptions, local: BlobStore) {
    const http = createServiceClient({
      connections: CONNECTIONS,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      idleTimeoutMs: IDLE_TIMEOUT_MS,
    })
    this.#s3 = s3
    this.#local = local
    this.#client = new S3Client(s3, http)
    this.#closeClient = () => http.close()
    this.#cache = new BlobCache({ folder, maxBytes: cacheMaxBytes, useMs })
    this.#damaged = new DamagedObjects(this.#client, onDamage, this.#closed.signal)
    this.#stale = new StaleUploads(`${s3.prefix}blobs/`, this.#client)
    const { signal } = this.#closed
    this.direct = new S3DirectUploads(
      this.#client,
      async (key, limits) =>
        // Opened only now: who waits holds no connection.
        this.#downloads.run(limits.signal, async () => {
          const object = await openObject(key, undefined, this.#client)
          if (object === null) return null
          const source = { key, etag: String(object.etag) }
          return this.#uploading(await this.#local.stage(object.content, limits), source)
        }),
      signal,
    )
  }

  async stage(
    content: AsyncIterable<Uint8Array>,
    limits: { readonly maxBytes: number; readonly signal: AbortSignal },
  ): Promise<StagedBlob> {
    return this.#uploading(await this.#local.stage(content, limits))
  }

  async stageFile(path: string, signal: AbortSignal): Promise<StagedBlob> {
    return this.#uploading(await this.#local.stageFile(path, signal))
  }

  async read(sha256: Sha256, range?: ByteRange): Promise<Readable> {
    if ((await this.#local.size(sha256)) !== null) {
      const local = await this.#local.read(sha256, range).catch(ignoreDamage)
      if (local !== null) return local
    }
    // Asked first: a stream that is open already would be left open by a failure.
    const isWhole = range === undefined || (await this.#isWhole(sha256, range))
    const object = await readObject(this.#keyOf(sha256), range, this.#client)
    if (object === null) throw await this.#damaged.explainAbsence(sha256)
    if (!isWhole) return object
    const checked = new CheckedStream({
      sha256,
      onEnd: async (isSound) => {
        if (!isSound) throw await this.#damaged.setAside(sha256, this.#keyOf(sha256))
      },
    })
    // Each stream ends the other; the reader of `checked` gets the error.
    return pipeline(object, checked, () => {})
  }

  async localPath(sha256: Sha256): Promise<string> {
    // First, so that a copy which is there stays.
    await this.#cache.use(sha256)
    await this.verify(sha256)
    return this.#local.localPath(sha256)
  }

  /** Reads the whole object, unless this machine has a sound copy. */
  async verify(sha256: Sha256): Promise<void> {
    const running = this.#fetching.get(sha256)
    if (running !== undefined) return running
    const fetching = this.#fetchOnce(sha256).finally(() => this.#fetching.delete(sha256))
    this.#fetching.set(sha256, fetching)
    return fetching
  }

  async expect(sha256: Sha256, bytes: number): Promise<void> {
    const size = await this.#sizeOf(sha256, {})
    if (size === null) throw await this.#damaged.explainAbsence(sha256)
    if (size !== bytes) throw await this.#damaged.setAside(sha256, this.#keyOf(sha256))
  }

  size(sha256: Sha256): Promise<number | null> {
    return this.#sizeOf(sha256, BRIEF)
  }

  async remove(sha256: Sha256): Promise<void> {
    await this.#call({ method: 'DELETE', key: this.#keyOf(sha256), ...BRIEF })
    await this.#damaged.forget(sha256)
    await this.#local.remove(sha256)
  }

  async usage(signal: AbortSignal) {
    const total = { files: 0, bytes: 0 }
    const either = AbortSignal.any([signal, this.#closed.signal])
    for await (const { bytes } of listObjects(this.#s3.prefix, this.#client, either)) {
      total.files += 1
      total.bytes += bytes
    }
    return total
  }

  /** The disk of this machine counts: uploads and copies need it. Fails when the bucket cannot be read. */
  async freeBytes(): Promise<number> {
    await this.probe()
    return this.#local.freeBytes()
  }

  async staged(): Promise<readonly string[]> {
    const uploads = await this.#stale.names(this.#closed.signal)
    return [...(await this.#local.staged()), ...uploads]
  }

  async removeStaged(name: string): Promise<void> {
    if (await this.#stale.remove(name, this.#closed.signal)) return
    await this.#local.removeStaged(name)
  }

  async link(sha256: Sha256, { contentType, disposition, seconds }: BlobLink) {
    const query = {
      'response-content-type': contentType,
      'response-content-disposition': disposition,
    }
    return signLink({ key: this.#keyOf(sha256), query, seconds }, this.#s3, this.#client.nowMs())
  }

  async close(): Promise<void> {
    this.#closed.abort(new AppError('stopping', 'The hub is stopping.'))
    await this.#closeClient()
  }

  /** @throws AppError `store_unavailable` */
  async probe(): Promise<void> {
    if (performance.now() < this.#soundUntilMs) return
    const query = { 'list-type': '2', 'max-keys': '1', prefix: this.#s3.prefix }
    const { status } = await this.#call({ method: 'GET', key: '', query, ...BRIEF })
    if (status === 404) throw toS3Error({ status, code: null, message: null }, this.#s3.bucket)
    this.#soundUntilMs = performance.now() + PROBE_EVERY_MS
  }

  /** @param source where the bucket has the bytes already */
  #uploading(staged: StagedBlob, source: SourceObject | null = null): StagedBlob {
    const { sha256, bytes } = staged
    return {
      ...{ sha256, bytes },
      publish: async () => {
        await staged.publish()
        await this.#cache.use(sha256)
        // Looked at only now: before its reference was committed, a sweep might have deleted the object.
        if ((await this.#sizeOf(sha256, {})) !== bytes) await this.#upload(sha256, bytes, source)
        await this.#damaged.forget(sha256)
        await this.#cache.added(bytes)
      },
      discard: () => staged.discard(),
    }
  }

  async #upload(sha256: Sha256, bytes: number, source: SourceObject | null): Promise<void> {
    const { signal } = this.#closed
    await this.#uploads.run(signal, async () => {
      const key = this.#keyOf(sha256)
      if (source !== null && (await copyObject(source, key, this.#client, signal))) return
      const path = await this.#local.localPath(sha256)
      const file = { key, path, bytes, sha256, signal }
      await putFile({ ...file, attempts: UPLOAD_ATTEMPTS }, this.#client)
    })
  }

  async #fetchOnce(sha256: Sha256): Promise<void> {
    if ((await this.#local.size(sha256)) !== null) {
      const isSound = await this.#local.verify(sha256).then(() => true, ignoreDamage)
      if (isSound) return
    }
    const { signal } = this.#closed
    await this.#downloads.run(signal, async () => {
      const object = await readObject(this.#keyOf(sha256), undefined, this.#client)
      if (object === null) throw await this.#damaged.explainAbsence(sha256)
      const copy = await this.#local.stage(object, { maxBytes: Number.MAX_SAFE_INTEGER, signal })
      if (copy.sha256 !== sha256) {
        await copy.discard()
        throw await this.#damaged.setAside(sha256, this.#keyOf(sha256))
      }
      await copy.publish()
      await this.#cache.use(sha256)
      await this.#cache.added(copy.bytes)
    })
  }

  async #isWhole(sha256: Sha256, { start, end }: ByteRange): Promise<boolean> {
    return start === 0 && end + 1 >= ((await this.#sizeOf(sha256, {})) ?? 0)
  }

  async #sizeOf(sha256: Sha256, patience: Partial<typeof BRIEF>): Promise<number | null> {
    const answer = await this.#call({ method: 'HEAD', key: this.#keyOf(sha256), ...patience })
    return answer.status === 404 ? null : Number(answer.headers['content-length'])
  }

  #call(request: Omit<Parameters<S3Client['call']>[0], 'signal'>) {
    return this.#client.call({ ...request, signal: this.#closed.signal })
  }

  #keyOf(sha256: Sha256): string {
    return `${this.#s3.prefix}blobs/${sha256.slice(0, 2)}/${sha256}`
  }
}

function ignoreDamage(error: unknown): null {
  if (isDamage(error)) return null
  throw error
}
