// The simple API: one call, one video, exactly as the first clients know it. The same jobs as everywhere, seen through four
// routes; nothing is written before the video is there, and then it is written as it is read.
import { Readable } from 'node:stream'
import type { SimpleTaskStatus } from '@infinitetalk/contract'
import type { FastifyReply } from 'fastify'
import type { JobView, OpenedVideo } from '../../app/hub.ts'
import { presentError } from '../../app/present-job.ts'
import { AppError } from '../../domain/errors.ts'
import { isTerminal, type JobError } from '../../domain/job.ts'
import { videoUrl } from '../answer-job.ts'
import { base64Json, base64JsonLength } from '../base64-json.ts'
import { cutStalledReader } from '../cut-stalled-reader.ts'
import {
  type Exchange,
  headerOf,
  pathParameter,
  readJson,
  submitOptions,
  waitSignal,
} from '../exchange.ts'
import type { Handlers } from '../handlers.ts'
import { describeVideo } from '../video-handlers.ts'

type SimpleExchange = Exchange<{ readonly detach?: boolean | undefined }>

const CANCELED: JobError = {
  code: 'canceled',
  detail: 'The job was canceled.',
  pointer: null,
  node: null,
}

export const SIMPLE_HANDLERS: Handlers<'generate' | 'generateNamed' | 'queueTask' | 'getTask'> = {
  generate,
  generateNamed: generate,

  async queueTask(exchange) {
    const { hub, request, reply, baseUrl } = exchange
    const body = await readJson(exchange, hub.status.limits().simpleBodyMaxBytes)
    const { view } = await hub.jobs.submit(body, submitOptions(exchange))
    const { id } = view.job
    request.jobId = id
    const status_url = `${baseUrl}/queue/${id}`
    reply.code(202).header('location', status_url).header('x-job-id', id)
    return reply.send({ status: 'queued', task_id: id, status_url })
  },

  async getTask(exchange) {
    const view = await exchange.hub.jobs.get(pathParameter(exchange, 'job_id'))
    exchange.request.jobId = view.job.id
    return exchange.reply.header('cache-control', 'no-cache').send(taskStatus(exchange, view))
  },
}

async function generate(exchange: SimpleExchange): Promise<FastifyReply> {
  const { hub, request, reply } = exchange
  const body = await readJson(exchange, hub.status.limits().simpleBodyMaxBytes)
  const { view, replayed } = await hub.jobs.submit(body, submitOptions(exchange))
  const { id } = view.job
  request.jobId = id
  reply.header('x-job-id', id)
  const ended = await waitForEnd(exchange, id)
  // A job that somebody else asked for as well is not ours to cancel.
  if (exchange.gone.aborted && exchange.query.detach !== true && !replayed) {
    await cancelAbandoned(exchange, id)
  }
  if (!isTerminal(ended.job.status)) throw notInTime(exchange, id)
  const { error } = ended.job
  if (error !== null) {
    const pointer = error.pointer === null ? {} : { pointer: error.pointer }
    throw new AppError(error.code, error.detail, pointer)
  }
  return sendVideo(exchange, id, await hub.jobs.openVideo(id))
}

async function waitForEnd(exchange: SimpleExchange, id: string): Promise<JobView> {
  const waitMs = exchange.hub.status.limits().simpleWaitMs
  return exchange.hub.jobs.waitForEnd(id, { waitMs, signal: waitSignal(exchange) })
}

async function cancelAbandoned({ hub }: SimpleExchange, id: string): Promise<void> {
  try {
    await hub.jobs.cancel(id)
  } catch (error) {
    // It ended in the meantime: there is nothing left to save.
    if (!(error instanceof AppError && error.code === 'job_finished')) throw error
  }
}

function notInTime({ closing }: SimpleExchange, id: string): AppError {
  if (closing.aborted)
    return new AppError('stopping', `The hub is stopping; the job ${id} goes on after it.`)
  return new AppError('wait_timeout', `The job ${id} is still at work.`)
}

async function sendVideo(
  exchange: SimpleExchange,
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
    .send(Readable.from(base64Json(content), { objectMode: false }))
}

function taskStatus(exchange: Exchange, view: JobView): SimpleTaskStatus {
  const { job, queuePosition, etaSeconds } = view
  const task_id = job.id
  switch (job.status) {
    case 'queued':
    case 'running':
      return {
        status: job.status,
        task_id,
        stage: job.progress?.stage ?? null,
        progress: job.progress?.fraction ?? 0,
        queue_position: queuePosition,
        eta_s: etaSeconds,
      }
    case 'succeeded': {
      const { bytes = 0, seconds = 0 } = job.output?.video ?? {}
      return {
        status: 'success',
        message: 'The video is ready.',
        task_id,
        video_url: videoUrl(exchange, view),
        filename: `${job.id}.mp4`,
        size_bytes: bytes,
        duration_s: seconds,
      }
    }
    case 'failed':
    case 'canceled': {
      const { code, message, hint, retryable } = presentError(job.error ?? CANCELED)
      const status = job.status === 'failed' ? 'error' : 'canceled'
      return { status, task_id, error: message, code, hint, retryable }
    }
  }
}
