// Stores a file as an object: in one request, or in parts that are sent side by side and become visible together. Bodies are read from
// the file while they are sent, so that uploads that wait for a bucket keep nothing in memory.
import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { type FilePart, readPart } from './file-part.ts'
import { escapeXml, textOf } from './s3-answers.ts'
import type { S3Client } from './s3-client.ts'
import { away } from './s3-error.ts'

/** S3 accepts parts from 5 MiB on. */
const MIN_PART_BYTES = 8 * 1024 * 1024
const MAX_PARTS = 10_000
const PARTS_AT_ONCE = 3

export interface FileToPut {
  readonly key: string
  readonly path: string
  readonly bytes: number
  readonly sha256: string
  readonly signal: AbortSignal
  /** Attempts of each request. */
  readonly attempts: number
}

/** @throws AppError `store_unavailable`, `disk_full`; then no object is there, unless an earlier one was */
export async function putFile(file: FileToPut, client: S3Client): Promise<void> {
  const handle = await open(file.path, 'r')
  try {
    if (file.bytes <= MIN_PART_BYTES) await putWhole(handle, file, client)
    else await putInParts(handle, file, client)
  } finally {
    await handle.close()
  }
}

async function putWhole(handle: FileHandle, whole: FileToPut, client: S3Client): Promise<void> {
  const { key, bytes, sha256, signal, attempts } = whole
  const file = { handle, start: 0, bytes }
  const answer = await client.call({ method: 'PUT', key, file, sha256, signal, attempts })
  if (answer.status === 404) throw away(`The bucket "${client.options.bucket}" is gone.`)
}

async function putInParts(handle: FileHandle, file: FileToPut, client: S3Client): Promise<void> {
  const { key, signal, attempts } = file
  const begun = await client.call({ method: 'POST', key, query: { uploads: '' }, signal, attempts })
  const uploadId = textOf(begun.text, 'UploadId')
  if (uploadId === null) throw away(`The bucket "${client.options.bucket}" begins no upload.`)
  try {
    const etags = await putParts(handle, { ...file, uploadId }, client)
    await complete({ ...file, uploadId }, etags, client)
  } catch (error) {
    // Parts without an object cost money. If this fails too, a sweep deletes them: see stale-uploads.ts.
    const own = AbortSignal.timeout(10_000)
    await client
      .call({ method: 'DELETE', key, query: { uploadId }, signal: own, attempts: 1 })
      .catch(() => {})
    throw error
  }
}

interface Upload extends FileToPut {
  readonly uploadId: string
}

async function putParts(
  handle: FileHandle,
  { key, bytes, uploadId, signal, attempts }: Upload,
  client: S3Client,
): Promise<readonly string[]> {
  const partBytes = Math.max(MIN_PART_BYTES, Math.ceil(bytes / MAX_PARTS))
  const count = Math.ceil(bytes / partBytes)
  const etags: string[] = new Array(count)
  const failed = new AbortController()
  const either = AbortSignal.any([signal, failed.signal])
  let next = 0
  const putNext = async (): Promise<void> => {
    while (next < count) {
      const index = next
      next += 1
      const start = index * partBytes
      const file = { handle, start, bytes: Math.min(partBytes, bytes - start) }
      const query = { partNumber: String(index + 1), uploadId }
      const answer = await client.call({
        method: 'PUT',
        key,
        query,
        file,
        sha256: await hashOf(file),
        signal: either,
        attempts,
      })
      const { etag } = answer.headers
      if (answer.status === 404 || etag === undefined) {
        throw away(`The bucket "${client.options.bucket}" lost the upload of an object.`)
      }
      etags[index] = etag
    }
  }
  const lanes = Array.from({ length: PARTS_AT_ONCE }, () =>
    putNext().catch((error: unknown) => {
      failed.abort(error)
      throw error
    }),
  )
  for (const lane of await Promise.allSettled(lanes)) {
    if (lane.status === 'rejected') throw failed.signal.reason
  }
  return etags
}

async function complete(
  { key, bytes, uploadId, signal, attempts }: Upload,
  etags: readonly string[],
  client: S3Client,
): Promise<void> {
  const parts = etags.map(
    (etag, index) =>
      `<Part><PartNumber>${index + 1}</PartNumber><ETag>${escapeXml(etag)}</ETag></Part>`,
  )
  const body = Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`)
  // The service may take minutes to join the parts.
  const request = { method: 'POST', key, query: { uploadId }, body, timeoutMs: 120_000 } as const
  const answer = await client.call({ ...request, signal, attempts })
  if (answer.status !== 404) return
  // An attempt whose answer was lost may have completed the upload.
  const there = await client.call({ method: 'HEAD', key, signal })
  if (there.status === 200 && Number(there.headers['content-length']) === bytes) return
  throw away(`The bucket "${client.options.bucket}" lost the upload of an object.`)
}

async function hashOf(part: FilePart): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of readPart(part)) hash.update(chunk)
  return hash.digest('hex')
}
