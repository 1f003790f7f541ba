// The four routes of the simple API, for existing clients of earlier services. Their requests become ordinary jobs.
import type { SimpleTaskStatus } from '@infinitetalk/contract'
import type { FastifyReply } from 'fastify'
import type { JobView } from '../../app/hub.ts'
import type { JobError } from '../../domain/job.ts'
import { videoUrl } from '../answer-job.ts'
import { type Exchange, pathParameter, readJson, submitOptions } from '../exchange.ts'
import type { Handlers } from '../handlers.ts'
import { presentError } from '../present-job.ts'
import { answerVideo, type VideoExchange } from './answer-video.ts'

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

async function generate(exchange: VideoExchange): Promise<FastifyReply> {
  const body = await readJson(exchange, exchange.hub.status.limits().simpleBodyMaxBytes)
  return answerVideo(exchange, { body, idHeader: 'x-job-id' })
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
