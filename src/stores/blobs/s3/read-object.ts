// Reads an object as a stream. A connection that breaks in the middle is followed by another one that begins where it broke, so that a
// player of a long video notices nothing.
import { Readable } from 'node:stream'
import type { ByteRange } from '../../../app/ports/blob-store.ts'
import { pause } from '../../../async/pause.ts'
import { AppError } from '../../../domain/errors.ts'
import type { S3Client } from './s3-client.ts'
import { s3Unreachable } from './s3-error.ts'

/** Breaks without a byte in between. */
const MAX_BREAKS = 4
const PAUSE_MS = 500

/** @returns null when there is no such object @throws AppError `store_unavailable` */
export async function readObject(
  key: string,
  range: ByteRange | undefined,
  client: S3Client,
): Promise<Readable | null> {
  return (await openObject(key, range, client))?.content ?? null
}

export interface OpenedObject {
  readonly content: Readable
  /** The ETag of the bytes that `content` gives; absent at a service that tells none. */
  readonly etag: string | undefined
}

/** @returns null when there is no such object @throws AppError `store_unavailable` */
export async function openObject(
  key: string,
  range: ByteRange | undefined,
  client: S3Client,
): Promise<OpenedObject | null> {
  const ended = new AbortController()
  const { signal } = ended
  const openFrom = (start: number) => {
    const part = start === 0 && range === undefined ? null : `bytes=${start}-${range?.end ?? ''}`
    const headers: Record<string, string> = part === null ? {} : { range: part }
    return client.open({ method: 'GET', key, headers, signal })
  }
  const first = range?.start ?? 0
  const opened = await openFrom(first)
  if (opened === null) return null
  const { etag } = opened.headers
  const bytes = Number(opened.headers['content-length'])
  const end = first + bytes

  async function* content(body: Readable): AsyncGenerator<Buffer> {
    let at = first
    let breaks = 0
    let current: Readable | null = body
    try {
      for (;;) {
        try {
          for await (const chunk of current as AsyncIterable<Buffer>) {
            at += chunk.length
            breaks = 0
            yield chunk
          }
          if (at === end || Number.isNaN(bytes)) return
          throw new Error('the answer ended early')
        } catch (error) {
          breaks += 1
          if (signal.aborted || error instanceof AppError) throw error
          if (breaks > MAX_BREAKS) throw s3Unreachable(client.options.endpoint, error)
        }
        await pause(PAUSE_MS, signal)
        const again = await openFrom(at)
        if (again === null) throw s3Unreachable(client.options.endpoint, new Error('removed'))
        current = again.body
      }
    } finally {
      current?.destroy()
    }
  }
  const stream = Readable.from(content(opened.body), { objectMode: false })
  stream.once('close', () => {
    ended.abort(new AppError('canceled', 'The reader has gone.'))
    opened.body.destroy()
  })
  return { content: stream, etag }
}
