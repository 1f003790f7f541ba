// Loads a signed link to disk. A broken connection is resumed where it broke; a file with another length than announced, or one
// that has changed meanwhile, is never accepted. The token of the service is not sent: the link leads to another host.
import { constants } from 'node:fs'
import { type FileHandle, open as openFile } from 'node:fs/promises'
import { pause } from '../../async/pause.ts'
import { AppError, toAppError } from '../../domain/errors.ts'
import { USER_AGENT } from '../../net/user-agent.ts'
import { toRequestError } from './cloud-request.ts'
import type { CloudTimes } from './cloud-times.ts'

export interface VideoDownload {
  /** The name of the service, for messages. */
  readonly title: string
  /** Never shown: everyone who has the link has the video. */
  readonly url: string
  readonly toPath: string
  readonly maxBytes: number
  /** Resume the file at the path, which the caller must be able to verify afterwards. */
  readonly resumes?: boolean
  /** `totalBytes` is null when the server does not say. */
  readonly onProgress?: (doneBytes: number, totalBytes: number | null) => void
  readonly times: Pick<CloudTimes, 'idleMs' | 'downloadAgainMs'>
  readonly signal: AbortSignal
}

/** Maximum number of consecutive connections that break without a byte. */
const MAX_FRUITLESS = 8
const LONGEST_PAUSE_MS = 30_000
const RANGE_NOT_SATISFIABLE = 416

interface Part {
  readonly handle: FileHandle
  received: number
  /** null when the server does not say it. */
  total: number | null
  etag: string | null
}

/**
 * @throws AppError `engine_unreachable`, with `meta.linkRefused` when a new link may help; `output_invalid` above `maxBytes`;
 *   `disk_full`, or the reason of the signal
 */
export async function downloadVideo(download: VideoDownload): Promise<void> {
  const { toPath, times, signal, resumes = false } = download
  await using handle = await openPart(toPath, resumes)
  const { size: received } = await handle.stat()
  const part: Part = { handle, received, total: null, etag: null }
  for (let fruitless = 0; ; ) {
    const before = part.received
    try {
      return await receive(download, part)
    } catch (thrown) {
      const error = toAppError(thrown)
      fruitless = part.received > before ? 0 : fruitless + 1
      const isPassing = error.code === 'engine_unreachable' && error.meta.linkRefused !== true
      if (!isPassing || fruitless >= MAX_FRUITLESS) throw error
      await pause(Math.min(times.downloadAgainMs * 2 ** fruitless, LONGEST_PAUSE_MS), signal)
    }
  }
}

/** Opens the part, but follows no symbolic link that somebody put at its path. */
function openPart(path: string, resumes: boolean): Promise<FileHandle> {
  const { O_RDWR, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants
  // Windows lacks this flag and does not need it to tell a link from a file.
  const flags = O_RDWR | O_CREAT | (O_NOFOLLOW ?? 0) | (resumes ? 0 : O_TRUNC)
  return openFile(path, flags, 0o666)
}

/** Receives from the end of the part to the end of the file; returns when the file is whole. */
async function receive(download: VideoDownload, part: Part): Promise<void> {
  const { title, url, times, signal, onProgress, resumes = false } = download
  const idle = new AbortController()
  const silence = () => idle.abort(new DOMException('No byte came.', 'TimeoutError'))
  const timer = setTimeout(silence, times.idleMs)
  try {
    const response = await fetch(url, {
      headers: {
        'user-agent': USER_AGENT,
        'accept-encoding': 'identity',
        ...rangeOf(part, resumes),
      },
      signal: AbortSignal.any([signal, idle.signal]),
    })
    if (response.status === RANGE_NOT_SATISFIABLE && resumes && part.received > 0) {
      // The file ends where the part ends.
      await response.body?.cancel()
      return
    }
    await readHead(response, title, part)
    onProgress?.(part.received, part.total)
    for await (const chunk of response.body ?? []) {
      timer.refresh()
      await append(part, chunk, download)
      onProgress?.(part.received, part.total)
    }
  } catch (thrown) {
    // A disk error is not a broken connection.
    if (thrown instanceof Error && 'syscall' in thrown && thrown.syscall === 'write') throw thrown
    const host = URL.parse(url)?.host ?? 'its storage'
    throw toRequestError(thrown, { title, url: host }, { path: 'the video', signal })
  } finally {
    clearTimeout(timer)
  }
  if (part.total !== null && part.received !== part.total) {
    const detail = `The download from ${title} ended after ${part.received} of ${part.total} bytes.`
    throw new AppError('engine_unreachable', detail)
  }
}

/**
 * Nothing may be kept of a file that has changed meanwhile: If-Range makes the server send all of it then. A part of an earlier
 * run has no ETag; callers that resume one verify the file afterwards.
 */
function rangeOf({ received, etag }: Part, resumes: boolean): Readonly<Record<string, string>> {
  if (received === 0 || (etag === null && !resumes)) return {}
  const range = `bytes=${received}-`
  return etag === null ? { range } : { range, 'if-range': etag }
}

async function readHead(response: Response, title: string, part: Part): Promise<void> {
  const { status, headers } = response
  const resumes = headers.get('content-range')?.startsWith(`bytes ${part.received}-`) === true
  if (status !== 200 && !(status === 206 && resumes)) {
    await response.body?.cancel()
    const detail = `The storage of ${title} refused the video (HTTP ${status}).`
    const linkRefused = status >= 400 && status < 500 && status !== 429
    throw new AppError('engine_unreachable', detail, { meta: { status, linkRefused } })
  }
  if (status === 200 && part.received > 0) {
    await part.handle.truncate(0)
    part.received = 0
  }
  const length = headers.get('content-length')
  const isPlain = headers.get('content-encoding') === null
  part.total = isPlain && length !== null ? part.received + Number(length) : null
  part.etag = headers.get('etag')
}

async function append(
  part: Part,
  chunk: Uint8Array,
  { maxBytes, title }: Pick<VideoDownload, 'maxBytes' | 'title'>,
): Promise<void> {
  if (part.received + chunk.byteLength > maxBytes) {
    throw new AppError('output_invalid', `The video of ${title} has more than ${maxBytes} bytes.`)
  }
  for (let at = 0; at < chunk.byteLength; ) {
    const length = chunk.byteLength - at
    const { bytesWritten } = await part.handle.write(chunk, at, length, part.received)
    at += bytesWritten
    part.received += bytesWritten
  }
}
