// Downloads the video of a finished job into a part file with the video's hash in its name, so an interrupted download resumes, even
// in a later run. The file gets its own name only when it is whole and its hash matches.
import { rm } from 'node:fs/promises'
import {
  ApiError,
  ConnectionError,
  type InfiniteTalkClient,
  type JobResource,
} from '@infinitetalk/client'
import type { VideoResource } from '@infinitetalk/contract'
import { checkOutputFile, type OutputFile, publishPart } from '../app/output-file.ts'
import { AppError, toAppError } from '../domain/errors.ts'
import { ResumablePart } from '../net/resumable-part.ts'
import { resumeDownload, type Sender } from '../net/resume-download.ts'

export interface DownloadRequest {
  readonly client: InfiniteTalkClient
  readonly job: JobResource
  readonly output: OutputFile
  readonly signal: AbortSignal
  readonly onProgress: (doneBytes: number, totalBytes: number) => void
}

/** Connections in a row that deliver nothing. */
const MAX_FRUITLESS = 5
const RECONNECT_PAUSE_MS = 1_000
/** The first damaged download may come from this disk, a second one from the network. */
const MAX_DAMAGED = 2
const RANGE_NOT_SATISFIABLE = 416

/** @throws AppError `output_exists`, `output_unwritable`, `download_damaged`, `disk_full`; InfiniteTalkError of the client */
export async function downloadVideo(request: DownloadRequest): Promise<void> {
  const { job, output } = request
  const video = job.output?.video
  if (video === undefined) throw new AppError('video_not_ready', `${job.id} has no video.`)
  await checkOutputFile(output)
  const path = `${output.path}.${video.sha256.slice(0, 12)}.part`
  for (let tries = 1; !(await isReceived(request, video, path)); tries += 1) {
    await rm(path, { force: true })
    if (tries === MAX_DAMAGED) {
      throw new AppError('download_damaged', `The video of ${job.id} does not have its SHA-256.`)
    }
  }
  await publishPart(path, output)
}

/** @returns false for a file whose length or hash is not the video's */
async function isReceived(
  request: DownloadRequest,
  { bytes, sha256 }: Pick<VideoResource, 'bytes' | 'sha256'>,
  path: string,
): Promise<boolean> {
  const { signal, onProgress } = request
  await using part = await openPart(path)
  if (part.bytes > bytes) await part.restart()
  onProgress(part.bytes, bytes)
  try {
    await resumeDownload({
      sender: senderOf(request, bytes, sha256),
      part,
      maxBytes: bytes,
      // The client itself has a deadline for a silent connection.
      idleMs: null,
      maxFruitless: MAX_FRUITLESS,
      pauseMs: () => RECONNECT_PAUSE_MS,
      signal,
      onProgress: (doneBytes) => onProgress(doneBytes, bytes),
    })
  } catch (error) {
    if (error instanceof AppError && error.code === 'output_invalid') return false
    throw error
  }
  return part.bytes === bytes && part.sha256() === sha256
}

function senderOf({ client, job }: DownloadRequest, bytes: number, sha256: string): Sender {
  return {
    what: `The video of ${job.id}`,
    async open(start, _etag, signal) {
      if (start === bytes) return null
      // The ETag of a video is its hash: a part of another video is useless.
      const range = start === 0 ? {} : { range: { start }, ifRange: `"${sha256}"` }
      try {
        // The hash reveals a video that ends early.
        return { ...(await client.jobs.video(job.id, { ...range, signal })), total: null }
      } catch (error) {
        if (error instanceof ApiError && error.status === RANGE_NOT_SATISFIABLE) return null
        throw error
      }
    },
    explain: (thrown) => (thrown instanceof Error ? thrown : toAppError(thrown)),
    isPassing: (error) => error instanceof ConnectionError,
  }
}

async function openPart(path: string): Promise<ResumablePart> {
  try {
    return await ResumablePart.open(path, { resumes: true })
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new AppError('output_unwritable', `${path} could not be written (${code}).`, { cause })
  }
}
