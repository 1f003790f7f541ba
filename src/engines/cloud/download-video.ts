// Loads a signed link to disk. The token of the service is not sent: the link leads to another host.
import { AppError } from '../../domain/errors.ts'
import { ResumablePart } from '../../net/resumable-part.ts'
import {
  type ResumedDownload,
  rangeHeaders,
  resumeDownload,
  type Sender,
  sendingOf,
} from '../../net/resume-download.ts'
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
  readonly resumes?: boolean | undefined
  /** `totalBytes` is null when the server does not say. */
  readonly onProgress?: ResumedDownload['onProgress']
  readonly times: Pick<CloudTimes, 'idleMs' | 'downloadAgainMs'>
  readonly signal: AbortSignal
}

export interface DownloadedFile {
  readonly bytes: number
  /** SHA-256 of the bytes that arrived, hexadecimal. */
  readonly sha256: string
}

/** Maximum number of consecutive connections that break without a byte. */
const MAX_FRUITLESS = 8
const LONGEST_PAUSE_MS = 30_000
const RANGE_NOT_SATISFIABLE = 416

/**
 * @throws AppError `engine_unreachable`, with `meta.linkRefused` when a new link may help; `output_invalid` above `maxBytes`;
 *   `disk_full`, or the reason of the signal
 */
export async function downloadVideo(download: VideoDownload): Promise<DownloadedFile> {
  const { toPath, maxBytes, times, signal, onProgress, resumes = false } = download
  await using part = await ResumablePart.open(toPath, { resumes })
  await resumeDownload({
    sender: senderOf(download),
    part,
    maxBytes,
    idleMs: times.idleMs,
    maxFruitless: MAX_FRUITLESS,
    pauseMs: (fruitless) => Math.min(times.downloadAgainMs * 2 ** fruitless, LONGEST_PAUSE_MS),
    signal,
    onProgress,
  })
  return { bytes: part.bytes, sha256: part.sha256() }
}

function senderOf({ title, url, signal, resumes = false }: VideoDownload): Sender {
  const host = URL.parse(url)?.host ?? 'its storage'
  return {
    what: `The video from ${title}`,
    async open(start, etag, either) {
      const range = rangeHeaders(start, etag, { blindly: resumes })
      const headers = { 'user-agent': USER_AGENT, ...range }
      const response = await fetch(url, { headers, signal: either })
      const sending = await sendingOf(response, start)
      if (sending !== null) return sending
      const { status } = response
      if (status === RANGE_NOT_SATISFIABLE && resumes && start > 0) return null
      const detail = `The storage of ${title} did not give out the video (HTTP ${status}).`
      const linkRefused = status >= 400 && status < 500 && status !== 429
      throw new AppError('engine_unreachable', detail, { meta: { status, linkRefused } })
    },
    explain: (thrown) =>
      toRequestError(thrown, { title, url: host }, { path: 'the video', signal }),
    isPassing: (error) =>
      error instanceof AppError &&
      error.code === 'engine_unreachable' &&
      error.meta.linkRefused !== true,
  }
}
