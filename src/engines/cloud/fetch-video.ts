// Loads the video of a task to this disk, whole: it must have the digest that its maker reports, and the first bytes of a video.
// The links are signed and expire: the service is asked for a new one when a link is refused.
import { createHash } from 'node:crypto'
import { open as openFile, writeFile } from 'node:fs/promises'
import { abortError } from '../../async/abort-error.ts'
import { AppError, toAppError } from '../../domain/errors.ts'
import { describeContent, SNIFF_BYTES, sniffContainer } from '../../media/sniff.ts'
import type { CloudTask, CloudTasks } from './cloud-service.ts'
import type { CloudTimes } from './cloud-times.ts'
import { type DownloadedFile, downloadVideo } from './download-video.ts'
import { type TaskVideo, videoOf } from './read-result.ts'

/** Ten minutes of the highest quality at 720p stay far below. */
const MAX_BYTES = 8 * 1024 ** 3
const MAX_LINKS = 3

export interface VideoFetch {
  readonly service: Pick<CloudTasks, 'title' | 'look'>
  readonly id: string
  /** The task, ended. */
  readonly task: CloudTask
  readonly toPath: string
  /** Whether to resume the part of an earlier run: only where a digest verifies it. */
  readonly resumes?: boolean
  readonly times: Pick<CloudTimes, 'idleMs' | 'downloadAgainMs'>
  readonly signal: AbortSignal
  /** `totalBytes` is null when the sender does not say. */
  readonly onProgress?: (doneBytes: number, totalBytes: number | null) => void
}

/**
 * @throws AppError `output_missing`, `output_invalid`, `download_damaged`, `engine_unreachable`, `disk_full`, or the reason of
 *   the signal
 */
export async function fetchVideo(fetch: VideoFetch): Promise<DownloadedFile> {
  const { service, id, signal } = fetch
  let video = videoOf(fetch.task, service.title)
  let resumes = fetch.resumes === true && video.sha256 !== null
  for (let links = 1; ; links += 1) {
    try {
      return await fetchOnce(video, { ...fetch, resumes })
    } catch (thrown) {
      if (signal.aborted) throw abortError(signal)
      const error = toAppError(thrown)
      const isDamaged = error.code === 'download_damaged'
      const canHelp = isDamaged || error.meta.linkRefused === true
      if (!canHelp || video.source.kind === 'base64' || links === MAX_LINKS) throw error
      if (isDamaged) resumes = false
      const task = await service.look(id, signal)
      if (task === null) throw error
      video = videoOf(task, service.title)
    }
  }
}

async function fetchOnce(
  { source, sha256 }: TaskVideo,
  { service: { title }, toPath, resumes, times, signal, onProgress }: VideoFetch,
): Promise<DownloadedFile> {
  let file: DownloadedFile
  if (source.kind === 'base64') {
    const bytes = decode(source.text, title)
    await writeFile(toPath, bytes, { signal })
    file = { bytes: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex') }
  } else {
    const { url } = source
    const limits = { maxBytes: MAX_BYTES, times }
    file = await downloadVideo({ title, url, toPath, resumes, ...limits, signal, onProgress })
  }
  if (sha256 !== null && file.sha256 !== sha256) {
    const detail = `The video from ${title} does not have the SHA-256 that its maker reported.`
    throw new AppError('download_damaged', detail, { meta: { sha256 } })
  }
  await checkIsVideo(toPath, title)
  return file
}

/** With or without the head of a data URI. */
function decode(text: string, title: string): Buffer {
  const bare = text.replace(/^data:[^,]{0,100},/, '')
  if (/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(bare)) return Buffer.from(bare, 'base64')
  throw new AppError('output_invalid', `The video in the answer of ${title} is not valid base64.`)
}

async function checkIsVideo(path: string, title: string): Promise<void> {
  await using file = await openFile(path)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0)
  const head = buffer.subarray(0, bytesRead)
  const container = sniffContainer(head)
  if (container === 'mov' || container === 'matroska') return
  const what = bytesRead === 0 ? 'empty' : describeContent(head)
  throw new AppError('output_invalid', `The video of ${title} is ${what}.`)
}
