// An upload in parts, by the protocol tus 1.0: after a cut connection it asks the hub what has arrived and continues there.
import { AbortedError, ApiError, ConnectionError, InfiniteTalkError } from './errors.ts'
import { apiPath } from './path.ts'
import { backOffMs } from './retry-policy.ts'
import { sleep } from './sleep.ts'
import type { Transport } from './transport.ts'
import type { UploadProgress } from './upload-body.ts'

/** A cut costs at most one part, and a part takes seconds on a slow line. */
export const PART_BYTES = 8_000_000
const PART_TYPE = 'application/offset+octet-stream'
const VERSION = { 'tus-resumable': '1.0.0' }
const GIVE_UP_TIMEOUT_MS = 5000

export interface ResumableUpload {
  readonly filename: string | undefined
  readonly contentType: string
  readonly onProgress: ((progress: UploadProgress) => void) | undefined
  readonly signal: AbortSignal | undefined
}

/** @returns the id of the file @throws InfiniteTalkError */
export async function uploadInParts(
  transport: Transport,
  blob: Blob,
  upload: ResumableUpload,
): Promise<string> {
  const id = await begin(transport, blob, upload)
  try {
    await sendParts(transport, blob, id, upload)
    return id
  } catch (error) {
    if (error instanceof AbortedError) await giveUp(transport, id)
    throw error
  }
}

async function begin(transport: Transport, blob: Blob, upload: ResumableUpload): Promise<string> {
  const { filename, contentType, signal } = upload
  const metadata = [
    ...(filename === undefined ? [] : [`filename ${encode(filename)}`]),
    `filetype ${encode(contentType)}`,
  ]
  const { response, deadline } = await transport.open({
    method: 'POST',
    target: apiPath`/v1/uploads`,
    headers: {
      ...VERSION,
      'upload-length': String(blob.size),
      'upload-metadata': metadata.join(','),
    },
    // A retry may leave an empty upload, which the hub deletes after a day.
    repeatable: true,
    signal,
  })
  await response.body?.cancel()
  deadline.dispose()
  const location = response.headers.get('location') ?? ''
  return location.slice(location.lastIndexOf('/') + 1)
}

async function sendParts(
  transport: Transport,
  blob: Blob,
  id: string,
  { onProgress, signal }: ResumableUpload,
): Promise<void> {
  const { retries } = transport.connection
  let offset = 0
  let failures = 0
  while (offset < blob.size) {
    onProgress?.({ sentBytes: offset, totalBytes: blob.size })
    const part = blob.slice(offset, offset + PART_BYTES)
    try {
      await transport.send({
        method: 'PATCH',
        target: apiPath`/v1/uploads/${id}`,
        headers: { ...VERSION, 'upload-offset': String(offset) },
        body: { contentType: PART_TYPE, replayable: true, open: () => part },
        repeatable: false,
        signal,
      })
      offset += part.size
      failures = 0
    } catch (error) {
      failures += 1
      if (!mayResume(error) || failures > retries.maxRetries) throw error
      await sleep(backOffMs(retries, failures - 1), signal)
      const there = await arrivedBytes(transport, blob, id, signal)
      if (there > offset) failures = 0
      offset = there
    }
  }
  onProgress?.({ sentBytes: offset, totalBytes: blob.size })
}

/** The connection was cut, or the hub has another offset because the answer to a part was lost. */
function mayResume(error: unknown): boolean {
  if (error instanceof ConnectionError) return true
  return error instanceof ApiError && (error.retryable || error.status === 409)
}

async function arrivedBytes(
  transport: Transport,
  blob: Blob,
  id: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  const target = apiPath`/v1/files/${id}`
  const file = await transport.json<{ status: string }>({
    method: 'GET',
    target,
    repeatable: true,
    signal,
  })
  if (file.status === 'ready') return blob.size
  const { response, deadline } = await transport.open({
    method: 'HEAD',
    target: apiPath`/v1/uploads/${id}`,
    headers: VERSION,
    repeatable: true,
    signal,
  })
  deadline.dispose()
  const bytes = Number(response.headers.get('upload-offset') ?? Number.NaN)
  if (Number.isInteger(bytes) && bytes >= 0 && bytes <= blob.size) return bytes
  throw new InfiniteTalkError('The server did not say how much of the upload has arrived.', {
    code: 'unexpected_answer',
  })
}

/** Best effort: what the hub has of it expires anyway. */
async function giveUp(transport: Transport, id: string): Promise<void> {
  const signal = AbortSignal.timeout(GIVE_UP_TIMEOUT_MS)
  const target = apiPath`/v1/uploads/${id}`
  await transport
    .send({ method: 'DELETE', target, headers: VERSION, repeatable: true, signal })
    .catch(() => {})
}

function encode(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}
