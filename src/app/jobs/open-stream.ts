// A video while it grows: the windows that are kept so far as one stream, from the first window on. After the end it has the same
// frames and the same sound as the finished video.
import { FPS } from '@infinitetalk/arithmetic'
import { AppError } from '../../domain/errors.ts'
import { isTerminal, type Job } from '../../domain/job.ts'
import { jobFailure } from '../../domain/job-failure.ts'
import { segmentHeadBytes } from '../../domain/segment-head.ts'
import type { OpenedVideo, StreamView } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import type { KeptWindow } from '../ports/window-store.ts'
import { findJob } from './find-job.ts'

type Ports = Pick<HubPorts, 'unitOfWork' | 'jobs' | 'windows' | 'blobs' | 'engines'>

/** Far more than the boxes before the first fragment, which have some 1300 bytes. */
const HEAD_MAX_BYTES = 64 * 1024

/**
 * @throws AppError `job_not_found`, `job_expired`, `video_not_ready` before the first window, `windows_not_kept` for a video that is
 * rendered in one piece, `job_canceled`, or what the job failed with
 */
export async function readStream(id: string, ports: Ports): Promise<StreamView> {
  const { job, windows } = await keptWindows(id, ports)
  return {
    ended: job.status === 'succeeded',
    seconds: windows.map(({ frames }) => frames / FPS),
  }
}

/**
 * @param number of the window, from 1; null for the head that all of them share
 * @throws as `readStream`; `file_not_found` for a window that is not kept, `blob_damaged`, `store_unavailable`
 */
export async function openStreamPart(
  id: string,
  number: number | null,
  ports: Ports,
): Promise<OpenedVideo> {
  const { windows } = await keptWindows(id, ports)
  const window = windows[(number ?? 1) - 1]
  if (window === undefined) {
    throw new AppError('file_not_found', `The job ${id} has no window ${number} yet.`)
  }
  const { sha256, bytes } = window.segment
  await ports.blobs.expect(sha256, bytes)
  const head = await readHead(window, ports)
  const [start, end] = number === null ? [0, head] : [head, bytes]
  return {
    sha256,
    part: number === null ? 'head' : 'media',
    bytes: end - start,
    contentType: 'video/mp4',
    modifiedAtMs: null,
    read: ({ start: from, end: to } = { start: 0, end: end - start - 1 }) =>
      ports.blobs.read(sha256, { start: start + from, end: start + to }),
  }
}

async function keptWindows(
  id: string,
  { unitOfWork, jobs, windows, engines }: Ports,
): Promise<{ readonly job: Job; readonly windows: readonly KeptWindow[] }> {
  const { job, kept } = await unitOfWork.read(async (tx) => {
    const found = await findJob(tx, id, jobs)
    return { job: found, kept: await windows.ofJob(tx, found.id) }
  })
  if (job.status === 'canceled') {
    throw new AppError('job_canceled', `The job ${id} was canceled: it has no video.`)
  }
  if (job.error !== null && isTerminal(job.status)) throw jobFailure(job.error)
  const whole = unbroken(kept)
  if (whole.length > 0 && !isOutdated(whole, job)) return { job, windows: whole }
  if (job.status === 'succeeded' || engines.get(job.engine)?.keepsWindows !== true) {
    throw new AppError('windows_not_kept', `The video of the job ${id} is rendered in one piece.`)
  }
  const detail = `The job ${id} is ${job.status}: its first window is not rendered yet.`
  throw new AppError('video_not_ready', detail)
}

/** An attempt left them, and a later one rendered the video in one piece. */
function isOutdated(windows: readonly KeptWindow[], { output }: Job): boolean {
  const { firstFrame, frames } = windows.at(-1)!
  return output !== null && firstFrame + frames < output.video.frames
}

/** From the first window on, without a gap: after a change of the plan rows of earlier attempts may lie among the others. */
export function unbroken(kept: readonly KeptWindow[]): readonly KeptWindow[] {
  const whole: KeptWindow[] = []
  let frames = 0
  for (const window of kept) {
    if (window.firstFrame > frames) break
    if (window.firstFrame < frames) continue
    whole.push(window)
    frames += window.frames
  }
  return whole
}

async function readHead({ segment }: KeptWindow, { blobs }: Ports): Promise<number> {
  const end = Math.min(segment.bytes, HEAD_MAX_BYTES) - 1
  const chunks: Buffer[] = []
  for await (const chunk of await blobs.read(segment.sha256, { start: 0, end })) chunks.push(chunk)
  const bytes = segmentHeadBytes(Buffer.concat(chunks))
  if (bytes !== null) return bytes
  throw new AppError('blob_damaged', 'A stored window of the video is no segment any more.')
}
