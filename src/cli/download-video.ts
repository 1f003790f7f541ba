// The video of a finished job onto this disk: into a part file that carries the video's hash in its name, so that a download
// that broke off is taken up where it stopped, today or tomorrow; under its own name only when it is whole and its hash is right.
import {
  ApiError,
  ConnectionError,
  type InfiniteTalkClient,
  type JobResource,
} from '@infinitetalk/client'
import { checkOutputFile, type OutputFile, publishPart } from '../app/output-file.ts'
import { pause } from '../async/pause.ts'
import { AppError } from '../domain/errors.ts'
import { ResumablePart } from './resumable-part.ts'

export interface DownloadRequest {
  readonly client: InfiniteTalkClient
  readonly job: JobResource
  readonly output: OutputFile
  readonly signal: AbortSignal
  readonly onProgress: (doneBytes: number, totalBytes: number) => void
}

/** Connections in a row that bring nothing. */
const MAX_FRUITLESS = 5
const RECONNECT_PAUSE_MS = 1_000
/** The first may have been damaged on this disk; a second one is damaged on its way. */
const MAX_DAMAGED = 2
const RANGE_NOT_SATISFIABLE = 416

/** @throws AppError `output_exists`, `output_unwritable`, `download_damaged`, `disk_full`; InfiniteTalkError of the client */
export async function downloadVideo(request: DownloadRequest): Promise<void> {
  const { job, output } = request
  const video = job.output?.video
  if (video === undefined) throw new AppError('video_not_ready', `${job.id} has no video.`)
  await checkOutputFile(output)
  const part = await ResumablePart.open(`${output.path}.${video.sha256.slice(0, 12)}.part`)
  try {
    for (let damaged = 0; ; ) {
      await receive(request, part, video.bytes, video.sha256)
      if (part.bytes === video.bytes && part.sha256() === video.sha256) break
      await part.restart()
      damaged++
      if (damaged === MAX_DAMAGED) {
        await part.discard()
        throw new AppError('download_damaged', `The video of ${job.id} does not have its SHA-256.`)
      }
    }
  } finally {
    await part.close()
  }
  await publishPart(part.path, output)
}

async function receive(
  { client, job, signal, onProgress }: DownloadRequest,
  part: ResumablePart,
  totalBytes: number,
  sha256: string,
): Promise<void> {
  if (part.bytes > totalBytes) await part.restart()
  onProgress(part.bytes, totalBytes)
  for (let fruitless = 0; part.bytes < totalBytes; ) {
    const before = part.bytes
    try {
      const { stream, start } = await client.jobs.video(job.id, {
        // The ETag of a video is its hash: of any other video we want all of it.
        ...(before === 0 ? {} : { range: { start: before }, ifRange: `"${sha256}"` }),
        signal,
      })
      if (start !== before) await part.restart()
      for await (const piece of stream) {
        await part.append(piece)
        onProgress(Math.min(part.bytes, totalBytes), totalBytes)
      }
      // It ended well and was shorter than it should be: the hash will tell.
      return
    } catch (error) {
      if (error instanceof ApiError && error.status === RANGE_NOT_SATISFIABLE) return
      fruitless = part.bytes > before ? 0 : fruitless + 1
      if (!(error instanceof ConnectionError) || fruitless >= MAX_FRUITLESS) throw error
      await pause(RECONNECT_PAUSE_MS, signal)
    }
  }
}
