// Brings the video of a task to this disk, whole: of the digest that its maker says, and a video by its first bytes. The links
// are signed and age: one that is refused is asked for anew.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open as openFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { AppError, toAppError } from '../../domain/errors.ts'
import { abortError } from '../../media/guard-child.ts'
import { describeContent, SNIFF_BYTES, sniffContainer } from '../../media/sniff.ts'
import type { CloudTask } from './cloud-service.ts'
import { downloadVideo } from './download-video.ts'
import type { FollowedTask } from './follow-task.ts'
import { type TaskVideo, videoOf } from './read-result.ts'

/** Ten minutes of the highest quality at 720p stay far below. */
const MAX_BYTES = 8 * 1024 ** 3
const MAX_LINKS = 3

/**
 * @returns the path of the video
 * @throws AppError `output_missing`, `output_invalid`, `download_damaged`, `engine_unreachable`, `disk_full`, or what the
 *   signal was aborted with
 */
export async function fetchVideo(
  ended: CloudTask,
  followed: FollowedTask,
  workDir: string,
): Promise<string> {
  const { service, context } = followed
  const toPath = join(workDir, `${service.engine}.video`)
  let video = videoOf(ended, service.title)
  for (let links = 1; ; links += 1) {
    try {
      await fetchOnce(video, toPath, followed)
      return toPath
    } catch (thrown) {
      if (context.signal.aborted) throw abortError(context.signal)
      const error = toAppError(thrown)
      const canHelp = error.meta.linkRefused === true || error.code === 'download_damaged'
      if (!canHelp || video.source.kind === 'base64' || links === MAX_LINKS) throw error
      const task = await service.look(followed.id, context.signal)
      if (task === null) throw error
      video = videoOf(task, service.title)
    }
  }
}

async function fetchOnce(
  { source, sha256 }: TaskVideo,
  toPath: string,
  { service: { title }, times, context: { signal } }: FollowedTask,
): Promise<void> {
  if (source.kind === 'base64') {
    await writeFile(toPath, decode(source.text, title), { signal })
  } else {
    await downloadVideo({ title, url: source.url, toPath, maxBytes: MAX_BYTES, times, signal })
  }
  if (sha256 !== null) await checkDigest(toPath, sha256, title, signal)
  await checkIsVideo(toPath, title)
}

/** With or without the head of a data URI. */
function decode(text: string, title: string): Buffer {
  const bare = text.replace(/^data:[^,]{0,100},/, '')
  if (/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(bare)) return Buffer.from(bare, 'base64')
  throw new AppError('output_invalid', `The answer of ${title} has a video that is no base64.`)
}

async function checkDigest(
  path: string,
  expected: string,
  title: string,
  signal: AbortSignal,
): Promise<void> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash, { signal })
  if (hash.digest('hex') === expected) return
  const detail = `The video from ${title} does not have the SHA-256 that its maker says.`
  throw new AppError('download_damaged', detail, { meta: { sha256: expected } })
}

async function checkIsVideo(path: string, title: string): Promise<void> {
  await using file = await openFile(path)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0)
  const head = buffer.subarray(0, bytesRead)
  const container = sniffContainer(head)
  if (container === 'mov' || container === 'matroska') return
  const what = bytesRead === 0 ? 'empty' : describeContent(head)
  throw new AppError('output_invalid', `What ${title} has as the video is ${what}.`)
}
