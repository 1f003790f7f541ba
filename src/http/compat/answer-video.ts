// One call, one video: the answer begins when the video is ready and is streamed from the disk. Hanging up cancels the job,
// except with ?detach=1.
import type { FastifyReply } from 'fastify'
import type { JobView, OpenedVideo } from '../../app/hub.ts'
import { AppError } from '../../domain/errors.ts'
import { isTerminal, type WebhookForm } from '../../domain/job.ts'
import { jobFailure } from '../../domain/job-failure.ts'
import { cutStalledReader } from '../cut-stalled-reader.ts'
import { type Exchange, headerOf, submitOptions, waitSignal } from '../exchange.ts'
import { describeVideo } from '../video-handlers.ts'
import { base64JsonLength, base64JsonStream } from './base64-json.ts'

export type VideoExchange = Exchange<{ readonly detach?: boolean | undefined }>

export interface VideoRequest {
  readonly body: unknown
  /** Header with the id of the job, also in failures. */
  readonly idHeader: 'x-job-id' | 'x-task-id'
  readonly webhookForm?: WebhookForm
}

/** @throws AppError as `submit`, `wait_timeout`, `stopping`, or what the job failed with */
export async function answerVideo(
  exchange: VideoExchange,
  { body, idHeader, webhookForm = 'standard' }: VideoRequest,
): Promise<FastifyReply> {
  const { hub, request, reply, waits } = exchange
  // Before the job is made: a rejected caller must not own a job that it does not know.
  waits.take(reply)
  const { view, replayed } = await hub.jobs.submit(body, {
    ...submitOptions(exchange),
    webhookForm,
  })
  const { id } = view.job
  request.jobId = id
  reply.header(idHeader, id)
  const ended = await waitForEnd(exchange, id)
  // A replayed job may have other callers, so it is not canceled.
  const hungUp = exchange.gone.aborted && !exchange.ending.aborted
  if (hungUp && exchange.query.detach !== true && !replayed) {
    await cancelAbandoned(exchange, id)
  }
  if (!isTerminal(ended.job.status)) throw notInTime(exchange, id)
  if (ended.job.error !== null) throw jobFailure(ended.job.error)
  return sendVideo(exchange, id, await hub.jobs.openVideo(id))
}

async function waitForEnd(exchange: VideoExchange, id: string): Promise<JobView> {
  const waitMs = exchange.hub.status.limits().simpleWaitMs
  return exchange.hub.jobs.waitForEnd(id, { waitMs, signal: waitSignal(exchange) })
}

async function cancelAbandoned({ hub }: VideoExchange, id: string): Promise<void> {
  try {
    await hub.jobs.cancel(id)
  } catch (error) {
    // It finished in the meantime.
    if (!(error instanceof AppError && error.code === 'job_finished')) throw error
  }
}

function notInTime({ closing }: VideoExchange, id: string): AppError {
  if (closing.aborted)
    return new AppError(
      'stopping',
      `The hub is stopping; the job ${id} continues after its restart.`,
    )
  return new AppError('wait_timeout', `The job ${id} is still running.`)
}

async function sendVideo(
  exchange: VideoExchange,
  id: string,
  video: OpenedVideo,
): Promise<FastifyReply> {
  const { hub, reply } = exchange
  const content = await video.read()
  cutStalledReader(reply.raw, hub.status.limits().readerIdleTimeoutMs)
  if (/\bvideo\/mp4\b/i.test(headerOf(exchange, 'accept') ?? '')) {
    describeVideo(reply, { video, filename: `${id}.mp4`, attachment: false })
    return reply.header('content-length', video.bytes).send(content)
  }
  return reply
    .header('content-length', base64JsonLength(video.bytes))
    .type('application/json; charset=utf-8')
    .send(base64JsonStream(content))
}
