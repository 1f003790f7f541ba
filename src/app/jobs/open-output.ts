// Prepares the video or poster of a job for sending. The file is opened when it is read, but a missing file is reported at once.
import { AppError } from '../../domain/errors.ts'
import type { Sha256 } from '../../domain/ids.ts'
import { isTerminal, type Job } from '../../domain/job.ts'
import type { OpenedVideo } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import { findJob } from './find-job.ts'

type Ports = Pick<HubPorts, 'unitOfWork' | 'jobs' | 'blobs' | 'videoLinkMs'>

/** @throws AppError `job_not_found`, `job_expired`, `video_not_ready`, `job_canceled`, `blob_damaged`, `store_unavailable`, or what the job failed with */
export async function openVideo(id: string, ports: Ports): Promise<OpenedVideo> {
  const job = await finishedJob(id, ports)
  const { sha256 } = job.output.video
  const video = await opened(job, job.output.video, 'video/mp4', ports)
  const { blobs, videoLinkMs } = ports
  if (videoLinkMs === null || blobs.link === undefined) return video
  const seconds = Math.ceil(videoLinkMs / 1000)
  const link = (disposition: string): Promise<string> =>
    blobs.link!(sha256, { disposition, contentType: video.contentType, seconds })
  return { ...video, link }
}

/** @throws as `openVideo` */
export async function openPoster(id: string, ports: Ports): Promise<OpenedVideo> {
  const job = await finishedJob(id, ports)
  const { poster } = job.output
  if (poster === null) throw new AppError('video_not_ready', `The job ${id} has no poster.`)
  return opened(job, poster, 'image/jpeg', ports)
}

type FinishedJob = Job & { readonly output: NonNullable<Job['output']> }

async function finishedJob(id: string, { unitOfWork, jobs }: Ports): Promise<FinishedJob> {
  const job = await unitOfWork.read((tx) => findJob(tx, id, jobs))
  if (job.output !== null) return { ...job, output: job.output }
  if (!isTerminal(job.status)) {
    throw new AppError('video_not_ready', `The job ${id} is ${job.status}: it has no video yet.`)
  }
  if (job.error === null)
    throw new AppError('job_canceled', `The job ${id} was canceled: it has no video.`)
  throw new AppError(job.error.code, job.error.detail)
}

async function opened(
  job: FinishedJob,
  { sha256, bytes }: { readonly sha256: Sha256; readonly bytes: number },
  contentType: OpenedVideo['contentType'],
  { blobs }: Ports,
): Promise<OpenedVideo> {
  await blobs.expect(sha256, bytes)
  return {
    sha256,
    bytes,
    contentType,
    modifiedAtMs: job.finishedAtMs ?? job.createdAtMs,
    read: (range) => blobs.read(sha256, range),
  }
}
