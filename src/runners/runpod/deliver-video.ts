// Puts a finished video where its job wants it, and makes the output for RunPod's caller. An answer has a size limit: a video that
// does not fit goes to the network volume if there is one, because it cost GPU time.
import { access, constants } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { AppError } from '../../domain/errors.ts'
import { checkUrl } from '../../net/check-url.ts'
import type { NetworkGuard } from '../../net/guarded-connector.ts'
import { describeSuccess, type TaskSuccess } from '../describe-task.ts'
import type { FinishedTask } from '../run-task.ts'
import { writeVideo } from '../write-video.ts'
import { uploadVideo } from './upload-video.ts'
import type { Destination } from './wishes.ts'

export type RunpodOutput = TaskSuccess & {
  readonly video?: string
  /** Its path on the network volume. */
  readonly video_path?: string
  readonly uploaded?: true
}

export interface DeliveryPorts {
  /** The mount point of the network volume, which need not exist. */
  readonly volumeFolder: string
  readonly guard: NetworkGuard
  /** Limit of the base64 in an answer. */
  readonly maxVideoChars?: number
}

/** RunPod documents 20 MB for its API; a little is needed around the video. */
const MAX_VIDEO_CHARS = 19_900_000
const FOLDER = 'infinitetalk'

/** Checked before the render: an undeliverable video would waste GPU time. @throws AppError `output_unwritable`, `url_*` */
export async function requireDestination(
  destination: Destination,
  { volumeFolder, guard }: DeliveryPorts,
): Promise<void> {
  if (destination.kind === 'upload') checkUrl(destination.url, guard.policy)
  if (destination.kind === 'volume' && !(await isThere(volumeFolder))) {
    throw noPlace('"network_volume" was asked for', volumeFolder)
  }
}

/** @throws AppError `output_unwritable`, `url_*`, `disk_full`, or the reason of the signal */
export async function deliverVideo(
  finished: FinishedTask,
  destination: Destination,
  ports: DeliveryPorts & { readonly signal: AbortSignal },
): Promise<RunpodOutput> {
  const { volumeFolder, guard, maxVideoChars = MAX_VIDEO_CHARS, signal } = ports
  const { video, job } = finished
  const filename = `${job.id}.mp4`
  const said = describeSuccess(finished, filename)
  if (destination.kind === 'upload') {
    await uploadVideo(video, destination.url, guard, signal)
    return { ...said, uploaded: true }
  }
  const fits = Math.ceil(video.bytes / 3) * 4 <= maxVideoChars
  if (destination.kind === 'answer' && fits) {
    return { ...said, video: (await buffer(await video.read())).toString('base64') }
  }
  if (!(await isThere(volumeFolder))) {
    const why = `The video has ${video.bytes} bytes, more than RunPod carries in an answer`
    throw noPlace(why, volumeFolder)
  }
  const video_path = join(volumeFolder, FOLDER, filename)
  await writeVideo(video, video_path, signal)
  const note = `The video is too large for an answer; it is on the network volume.`
  const warnings = destination.kind === 'answer' ? [...said.warnings, note] : said.warnings
  return { ...said, warnings, video_path }
}

async function isThere(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK).then(
    () => true,
    () => false,
  )
}

function noPlace(why: string, folder: string): AppError {
  const ways = `attach a network volume, or send a signed link for it as "upload_url"`
  return new AppError('output_unwritable', `${why}, and there is no ${folder}: ${ways}.`)
}
