// The body of an upload: bytes in any shape that a caller may have, counted as they are sent, with a digest if the content is
// small enough to be hashed before.
import { readStream } from './read-stream.ts'
import type { CallBody } from './transport.ts'

export type UploadContent =
  | Blob
  | ArrayBuffer
  | Uint8Array<ArrayBuffer>
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>

export interface UploadProgress {
  readonly sentBytes: number
  /** null for a stream, whose length is unknown. */
  readonly totalBytes: number | null
}

export interface Upload {
  readonly body: CallBody
  readonly totalBytes: number | null
  /** RFC 9530; null when the content is too large or a stream, or the platform cannot hash. */
  readonly contentDigest: string | null
}

export const UNKNOWN_TYPE = 'application/octet-stream'
/** Hashing needs the content in memory. The images and voices of nearly all jobs are smaller. */
const DIGEST_MAX_BYTES = 32_000_000

export async function openUpload(
  content: UploadContent,
  contentType: string | undefined,
  onProgress: ((progress: UploadProgress) => void) | undefined,
): Promise<Upload> {
  if (isStream(content)) {
    const counted = (touch: () => void): ReadableStream<Uint8Array> =>
      countBytes(content, null, touch, onProgress)
    return {
      body: { contentType: contentType ?? UNKNOWN_TYPE, replayable: false, open: counted },
      totalBytes: null,
      contentDigest: null,
    }
  }
  const blob = content instanceof Blob ? content : new Blob([content])
  const open = (touch: () => void): Blob | ReadableStream<Uint8Array> => {
    onProgress?.({ sentBytes: 0, totalBytes: blob.size })
    return canStreamUploads() ? countBytes(blob.stream(), blob.size, touch, onProgress) : blob
  }
  return {
    body: { contentType: contentType ?? (blob.type || UNKNOWN_TYPE), replayable: true, open },
    totalBytes: blob.size,
    contentDigest: await digestOf(blob),
  }
}

function isStream(
  content: UploadContent,
): content is ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> {
  return content instanceof ReadableStream || Symbol.asyncIterator in content
}

/** Browsers stream the body of a request over HTTP/2 only, or not at all. They send the Blob as a whole. */
export function canStreamUploads(): boolean {
  return !('document' in globalThis) && !('WorkerGlobalScope' in globalThis)
}

function countBytes(
  source: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>,
  totalBytes: number | null,
  touch: () => void,
  onProgress: ((progress: UploadProgress) => void) | undefined,
): ReadableStream<Uint8Array> {
  const pieces = iterate(source)
  let sentBytes = 0
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await pieces.next()
        touch()
        // A pull means that the previous piece was sent.
        if (sentBytes > 0) onProgress?.({ sentBytes, totalBytes })
        if (done === true) {
          controller.close()
          return
        }
        sentBytes += value.byteLength
        controller.enqueue(value)
      },
      async cancel() {
        await pieces.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}

function iterate(
  source: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncIterator<Uint8Array> {
  return source instanceof ReadableStream ? readStream(source) : source[Symbol.asyncIterator]()
}

async function digestOf(blob: Blob): Promise<string | null> {
  const subtle = globalThis.crypto.subtle as typeof globalThis.crypto.subtle | undefined
  if (subtle === undefined || blob.size > DIGEST_MAX_BYTES) return null
  const digest = new Uint8Array(await subtle.digest('SHA-256', await blob.arrayBuffer()))
  return `sha-256=:${btoa(String.fromCharCode(...digest))}:`
}
