// A serverless endpoint of RunPod under any id. Existing clients change only their base URL. Their requests become ordinary
// jobs.
import type { RunpodHealth, RunpodStream } from '@infinitetalk/contract'
import type { FastifyReply } from 'fastify'
import type { HubStatus, JobView, SubmitOptions, SubmittedJob } from '../../app/hub.ts'
import { AppError } from '../../domain/errors.ts'
import { videoUrl } from '../answer-job.ts'
import { cutStalledReader } from '../cut-stalled-reader.ts'
import {
  type Exchange,
  hastySubmitOptions,
  pathParameter,
  readJson,
  submitOptions,
  waitSignal,
} from '../exchange.ts'
import type { Handlers } from '../handlers.ts'
import { base64JsonLength, base64JsonStream, frameAround } from './base64-json.ts'
import { asksForVolume, putOnVolume, requireVolume } from './network-volume.ts'
import { presentRunpodJob, presentRunpodOutput, runpodStatusOf } from './runpod-job.ts'
import { readEnvelope } from './runpod-request.ts'

type WaitExchange = Exchange<{ readonly wait: number }>

/** RunPod answers with 20 MB at most, so its clients never read longer texts. */
const VIDEO_MAX_BYTES = 15_000_000
/** Clients of RunPod read an unfinished stream again at once; the one for Python gives up a read after 10 s. */
const STREAM_WAIT_MS = 5000
/** Time for a cancellation to take effect. Clients of RunPod give up after 3 s. */
const CANCEL_WAIT_MS = 2000

export const RUNPOD_HANDLERS = {
  runpodRun: run,
  runpodRunSync: runSync,
  runpodStatus: readStatus,
  runpodStatusSync: awaitStatus,
  runpodStream: readStream,
  runpodCancel: cancel,
  runpodRetry: retry,
  runpodHealth: readHealth,
  runpodPurge: purge,
} satisfies Partial<Handlers>

async function run(exchange: Exchange): Promise<FastifyReply> {
  return answer(exchange, await submit(exchange, hastySubmitOptions(exchange)))
}

/** Hanging up does not cancel the job, as on RunPod. */
async function runSync(exchange: WaitExchange): Promise<FastifyReply> {
  exchange.waits.take(exchange.reply)
  const { job } = await submit(exchange, submitOptions(exchange))
  return answerWithVideo(exchange, await waitForEnd(exchange, job.id, exchange.query.wait))
}

async function submit(exchange: Exchange, options: SubmitOptions): Promise<JobView> {
  const { hub } = exchange
  const sent = await readJson(exchange, hub.status.limits().simpleBodyMaxBytes)
  const request = readEnvelope(sent)
  if (asksForVolume(request.input)) await requireVolume(exchange.volumeDir)
  return submitted(exchange, await hub.jobs.submit(request, { ...options, webhookForm: 'runpod' }))
}

function submitted({ reply }: Exchange, { view, replayed }: SubmittedJob): JobView {
  if (replayed) reply.header('idempotent-replayed', 'true')
  return view
}

async function readStatus(exchange: Exchange): Promise<FastifyReply> {
  return answerWithVideo(exchange, await exchange.hub.jobs.get(jobId(exchange)))
}

async function awaitStatus(exchange: WaitExchange): Promise<FastifyReply> {
  const id = jobId(exchange)
  exchange.waits.take(exchange.reply)
  return answerWithVideo(exchange, await waitForEnd(exchange, id, exchange.query.wait))
}

async function readStream(exchange: Exchange): Promise<FastifyReply> {
  exchange.waits.take(exchange.reply)
  const view = await waitForEnd(exchange, jobId(exchange), STREAM_WAIT_MS)
  const { job } = view
  exchange.request.jobId = job.id
  const { output, error } = job
  const stream: RunpodStream = {
    status: runpodStatusOf(job),
    stream:
      // Once, as on RunPod: the client for Python reads until it gets nothing more.
      output === null || !exchange.streamed.add(job.id)
        ? []
        : [{ output: presentRunpodOutput(output, job.id, videoUrl(exchange, view)) }],
    ...(job.status === 'failed' && error !== null ? { error: error.detail } : {}),
  }
  return exchange.reply.header('cache-control', 'no-cache').send(stream)
}

async function cancel(exchange: Exchange): Promise<FastifyReply> {
  const id = jobId(exchange)
  try {
    await exchange.hub.jobs.cancel(id)
  } catch (error) {
    // The answer reports how it finished.
    if (!(error instanceof AppError && error.code === 'job_finished')) throw error
  }
  return answer(exchange, await waitForEnd(exchange, id, CANCEL_WAIT_MS))
}

async function retry(exchange: Exchange): Promise<FastifyReply> {
  const { hub } = exchange
  const id = jobId(exchange)
  // The job is part of the route: the same key with another job is another request.
  const options = { ...submitOptions(exchange), route: `POST /retry/${id}` }
  return answer(exchange, submitted(exchange, await hub.jobs.retry(id, { seed: null }, options)))
}

async function purge(exchange: Exchange): Promise<FastifyReply> {
  const removed = await exchange.hub.jobs.purge(exchange.caller)
  return exchange.reply.send({ removed, status: 'completed' })
}

async function readHealth({ hub, reply }: Exchange): Promise<FastifyReply> {
  const counts = await hub.status.jobs()
  const running = counts.running
  const workers = await countWorkers(hub.status, running)
  const health: RunpodHealth = {
    jobs: {
      completed: counts.succeeded,
      failed: counts.failed,
      inProgress: running,
      inQueue: counts.queued,
      retried: 0,
    },
    workers,
  }
  return reply.header('cache-control', 'no-store').send(health)
}

/** One worker per job that the hub may render at a time. */
async function countWorkers(status: HubStatus, running: number): Promise<RunpodHealth['workers']> {
  const { engines } = await status.health()
  const free = Math.max(0, status.limits().renderMaxParallel - running)
  const canWork = engines.some(({ ready }) => ready)
  const idle = canWork ? free : 0
  const unhealthy = canWork ? 0 : free
  return { idle, initializing: 0, ready: idle, running, throttled: 0, unhealthy }
}

function jobId(exchange: Exchange): string {
  return pathParameter(exchange, 'job_id')
}

function waitForEnd(exchange: Exchange, id: string, waitMs: number): Promise<JobView> {
  return exchange.hub.jobs.waitForEnd(id, { waitMs, signal: waitSignal(exchange) })
}

function answer(exchange: Exchange, view: JobView): FastifyReply {
  const { request, reply } = exchange
  request.jobId = view.job.id
  const { output: _, ...job } = presentRunpodJob(view, '')
  return reply.header('cache-control', 'no-cache').send(job)
}

/** Includes the video in base64, unless it is too large for RunPod. */
async function answerWithVideo(exchange: Exchange, view: JobView): Promise<FastifyReply> {
  const { hub, request, reply } = exchange
  request.jobId = view.job.id
  reply.header('cache-control', 'no-cache')
  const job = presentRunpodJob(view, videoUrl(exchange, view))
  const { id, input, output } = view.job
  if (output !== null && asksForVolume(input)) {
    const video_path = await putOnVolume(id, () => hub.jobs.openVideo(id), exchange.volumeDir)
    return reply.send({ ...job, output: { ...job.output, video_path } })
  }
  if (output === null || output.video.bytes > VIDEO_MAX_BYTES) return reply.send(job)
  const { bytes } = output.video
  const content = await (await hub.jobs.openVideo(id)).read()
  cutStalledReader(reply.raw, hub.status.limits().readerIdleTimeoutMs)
  const frame = frameAround((video) => ({ ...job, output: { ...job.output, video } }))
  return reply
    .header('content-length', base64JsonLength(bytes, frame))
    .type('application/json; charset=utf-8')
    .send(base64JsonStream(content, frame))
}
