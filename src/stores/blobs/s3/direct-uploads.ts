// Uploads that clients send to the bucket, past the hub: objects `uploads/NAME`, which are no blobs. The hub reads and hashes what
// arrived, and the service copies it to its name as a blob, so that the bytes leave the bucket once.
import type { DirectUploads, StagedBlob } from '../../../app/ports/blob-store.ts'
import { AppError } from '../../../domain/errors.ts'
import { listObjects } from './list-objects.ts'
import type { S3Client } from './s3-client.ts'
import { signUpload } from './sign-request.ts'

/** An object, and the ETag of the bytes that are meant. */
export interface SourceObject {
  readonly key: string
  readonly etag: string
}

/** Reads an object; null when it is gone. Publishing names it as a blob, within the bucket where the service can. */
type StageObject = (
  key: string,
  limits: { readonly maxBytes: number; readonly signal: AbortSignal },
) => Promise<StagedBlob | null>

/** S3 stores no more in one request, and copies no more. */
const MAX_BYTES = 5 * 1024 ** 3
const LIST_EVERY_MS = 3_600_000
/** The service copies the object. */
const COPY = { attempts: 2, timeoutMs: 120_000 }

export class S3DirectUploads implements DirectUploads {
  readonly maxBytes = MAX_BYTES
  readonly #client: S3Client
  readonly #stageObject: StageObject
  readonly #signal: AbortSignal
  readonly #prefix: string
  #listedAtMs = Number.NEGATIVE_INFINITY

  /** @param signal ends all requests */
  constructor(client: S3Client, stageObject: StageObject, signal: AbortSignal) {
    this.#client = client
    this.#stageObject = stageObject
    this.#signal = signal
    this.#prefix = `${client.options.prefix}uploads/`
  }

  async grant(name: string, { bytes, seconds }: { bytes: number; seconds: number }) {
    const upload = { key: this.#prefix + name, bytes, seconds }
    return signUpload(upload, this.#client.options, this.#client.nowMs())
  }

  async stage(name: string, { bytes, signal }: { bytes: number; signal: AbortSignal }) {
    const key = this.#prefix + name
    const { status, headers } = await this.#client.call({ method: 'HEAD', key, signal })
    if (status === 404) return null
    const arrived = Number(headers['content-length'])
    if (arrived !== bytes) throw wrongSize(arrived, bytes)
    const staged = await this.#stageObject(key, { maxBytes: bytes, signal })
    if (staged === null || staged.bytes === bytes) return staged
    await staged.discard()
    throw wrongSize(staged.bytes, bytes)
  }

  async remove(name: string): Promise<void> {
    const request = { method: 'DELETE', key: this.#prefix + name } as const
    await this.#client.call({ ...request, signal: this.#signal })
  }

  async names(): Promise<readonly string[]> {
    if (performance.now() - this.#listedAtMs < LIST_EVERY_MS) return []
    const names: string[] = []
    for await (const { key } of listObjects(this.#prefix, this.#client, this.#signal)) {
      names.push(key.slice(this.#prefix.length))
    }
    this.#listedAtMs = performance.now()
    return names
  }
}

/**
 * Copies an object within the bucket, unless it was replaced since.
 *
 * @returns whether these bytes have the new name; not every service heeds the condition of a copy, so its ETag is compared
 */
export async function copyObject(
  { key, etag }: SourceObject,
  to: string,
  client: S3Client,
  signal: AbortSignal,
): Promise<boolean> {
  const headers = {
    'x-amz-copy-source': `/${client.options.bucket}/${key}`,
    'x-amz-copy-source-if-match': etag,
  }
  try {
    await client.call({ method: 'PUT', key: to, headers, signal, ...COPY })
    return (await client.call({ method: 'HEAD', key: to, signal })).headers.etag === etag
  } catch (error) {
    // A service that cannot copy gets the bytes; one that is away says so then.
    if (signal.aborted) throw error
    return false
  }
}

function wrongSize(arrived: number, announced: number): AppError {
  const detail = `The upload has ${arrived} bytes; ${announced} were announced.`
  return new AppError('digest_mismatch', detail, { meta: { arrived, announced } })
}
