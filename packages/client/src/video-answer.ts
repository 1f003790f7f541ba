// The video of a job, or a range of it, as the hub answers: with everything that is needed to go on after a cut, and to know
// at the end that all is there and right.
import { InfiniteTalkError } from './errors.ts'
import { guardedStream } from './guarded-stream.ts'
import { apiPath } from './path.ts'
import type { Transport } from './transport.ts'

export interface VideoOptions {
  /** Bytes from `start` on, up to and with `end`. */
  readonly range?: { readonly start: number; readonly end?: number } | undefined
  /** The ETag of what is there already: the range is of that very video, or the whole of another one comes. */
  readonly ifRange?: string | undefined
  readonly signal?: AbortSignal | undefined
}

export interface VideoAnswer {
  /** Ends with an error when it is cut short. Must be read or cancelled. */
  readonly stream: ReadableStream<Uint8Array>
  /** Place of its first byte in the whole video: 0 when the server sends all of it, also when a range was asked for. */
  readonly start: number
  /** Bytes of this answer; null when the server did not say. */
  readonly bytes: number | null
  /** Bytes of the whole video; null when the server did not say. */
  readonly totalBytes: number | null
  readonly etag: string | null
  readonly contentType: string | null
}

/** @throws ConflictError `video_not_ready` while the job goes on; InfiniteTalkError */
export async function openVideo(
  transport: Transport,
  jobId: string,
  { range, ifRange, signal }: VideoOptions = {},
): Promise<VideoAnswer> {
  const answer = await transport.open({
    method: 'GET',
    target: apiPath`/v1/jobs/${jobId}/video`,
    headers: {
      range: range === undefined ? undefined : `bytes=${range.start}-${range.end ?? ''}`,
      'if-range': range === undefined ? undefined : ifRange,
    },
    repeatable: true,
    signal,
  })
  const { headers, status } = answer.response
  const length = headers.get('content-length')
  const bytes = length === null ? null : Number(length)
  const place = status === 206 ? readContentRange(headers.get('content-range')) : null
  if (status === 206 && place === null) {
    await guardedStream(answer, null).cancel()
    throw new InfiniteTalkError('The server sent a part of the video and did not say which.', {
      status,
      code: 'unexpected_answer',
    })
  }
  return {
    stream: guardedStream(answer, bytes),
    start: place?.start ?? 0,
    bytes,
    totalBytes: place === null ? bytes : place.totalBytes,
    etag: headers.get('etag'),
    contentType: headers.get('content-type'),
  }
}

function readContentRange(
  header: string | null,
): { readonly start: number; readonly totalBytes: number | null } | null {
  const match = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(header ?? '')
  if (match === null) return null
  const [, start, total] = match
  return { start: Number(start), totalBytes: total === '*' ? null : Number(total) }
}
