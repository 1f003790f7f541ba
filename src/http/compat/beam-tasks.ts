// The task API of Beam's gateway: read, list, follow and stop. Beam's gateway reports success even for unknown ids; the hub
// reports errors.
import { Readable } from 'node:stream'
import {
  beamCancelRequestSchema,
  beamStopRequestSchema,
  type JobStatus,
  parseQuery,
} from '@infinitetalk/contract'
import type { FastifyReply } from 'fastify'
import type { JobView } from '../../app/hub.ts'
import { AppError } from '../../domain/errors.ts'
import { isTerminal } from '../../domain/job.ts'
import { acceptRequest } from '../accept-request.ts'
import { videoUrl } from '../answer-job.ts'
import { cutStalledReader } from '../cut-stalled-reader.ts'
import { frame, PING_MS } from '../event-stream.ts'
import { type Exchange, pathParameter, readJson, waitSignal } from '../exchange.ts'
import type { Handlers } from '../handlers.ts'
import { beamStatusOf, JOB_STATUS_OF, presentBeamTask } from './beam-task.ts'

type Ids =
  | 'beamGetTask'
  | 'beamSubscribe'
  | 'beamListTasks'
  | 'beamCancelTasks'
  | 'beamCancelTasksByBody'
  | 'beamStopTasks'

/** Maximum pages that one request searches for tasks in the requested states. */
const MAX_PAGES = 20

export const BEAM_TASK_HANDLERS: Handlers<Ids> = {
  beamGetTask: getTask,

  async beamListTasks(exchange) {
    const { hub, query, reply } = exchange
    const { limit, status = null } = query
    const jobStatus = status === null ? null : jobStatusOf(status.map((one) => JOB_STATUS_OF[one]))
    const views: JobView[] = []
    let cursor = query.cursor ?? null
    for (let pages = 0; pages < MAX_PAGES && views.length < limit; pages += 1) {
      const page = { status: jobStatus, limit: limit - views.length, cursor }
      const { views: found, nextCursor } = await hub.jobs.list(page)
      views.push(
        ...found.filter(({ job }) => status === null || status.includes(beamStatusOf(job))),
      )
      cursor = nextCursor
      if (cursor === null) break
    }
    const present = await presenterFor(exchange)
    return reply
      .header('cache-control', 'no-cache')
      .send({ data: views.map(present), next: cursor ?? '' })
  },

  async beamSubscribe(exchange) {
    const { hub, request, reply, streams } = exchange
    const view = await hub.jobs.get(pathParameter(exchange, 'job_id'))
    request.jobId = view.job.id
    streams.take(reply)
    reply
      .header('cache-control', 'no-cache, no-transform')
      .header('x-accel-buffering', 'no')
      .type('text/event-stream; charset=utf-8')
    cutStalledReader(reply.raw, hub.status.limits().readerIdleTimeoutMs)
    return reply.send(Readable.from(statusChanges(exchange, view), { objectMode: false }))
  },

  async beamCancelTasks(exchange) {
    return cancelTasks(exchange, exchange.query.task_ids ?? [])
  },

  beamCancelTasksByBody: (exchange) => cancelTasks(exchange, []),

  async beamStopTasks(exchange) {
    const body = await readJson(exchange, exchange.hub.status.limits().bodyMaxBytes)
    const { task_ids } = acceptRequest(parseQuery(beamStopRequestSchema, body ?? {}))
    const errors = await stopAll(exchange, task_ids)
    const errMsg = errors.map(({ detail }) => detail).join(' ')
    return exchange.reply.send({ ok: errors.length === 0, errMsg })
  },
}

async function getTask(exchange: Exchange): Promise<FastifyReply> {
  const view = await exchange.hub.jobs.get(pathParameter(exchange, 'job_id'))
  exchange.request.jobId = view.job.id
  const present = await presenterFor(exchange)
  return exchange.reply.header('cache-control', 'no-cache').send(present(view))
}

async function presenterFor(exchange: Exchange) {
  const { hub } = exchange
  const figures = await hub.status.queue()
  const linkSeconds = Math.floor(hub.status.limits().signedUrlLifeMs / 1000)
  return (view: JobView) =>
    presentBeamTask(view, { figures, videoUrl: videoUrl(exchange, view), linkSeconds })
}

/** The common state, for which the store can search; null when there are several. */
function jobStatusOf(statuses: readonly JobStatus[]): JobStatus | null {
  return new Set(statuses).size === 1 ? statuses[0]! : null
}

/** Sends the task at once and at each change of its state, until it is finished or deleted or the caller hangs up. */
async function* statusChanges(exchange: Exchange, first: JobView): AsyncGenerator<string> {
  const signal = waitSignal(exchange)
  let view: JobView | null = first
  let told = ''
  let spokeMs = performance.now()
  while (view !== null) {
    const status = beamStatusOf(view.job)
    const isNews = status !== told
    if (isNews || performance.now() - spokeMs >= PING_MS) {
      const present = await presenterFor(exchange)
      yield isNews ? frame({ event: 'status', data: present(view) }) : ': ping\n\n'
      told = status
      spokeMs = performance.now()
    }
    if (isTerminal(view.job.status) || signal.aborted) return
    const waitMs = Math.max(0, PING_MS - (performance.now() - spokeMs))
    view = await nextVersion(exchange, view, { waitMs, signal })
  }
}

/** null when the job was deleted or the caller hung up. */
async function nextVersion(
  { hub }: Exchange,
  { job }: JobView,
  wait: { readonly waitMs: number; readonly signal: AbortSignal },
): Promise<JobView | null> {
  try {
    return await hub.jobs.waitForChange(job.id, { sinceVersion: job.version, ...wait })
  } catch (error) {
    // The store of a stopping hub is closed.
    if (wait.signal.aborted) return null
    if (error instanceof AppError && /^job_(not_found|expired)$/.test(error.code)) return null
    throw error
  }
}

async function cancelTasks(exchange: Exchange, inQuery: readonly string[]): Promise<FastifyReply> {
  const body = await readJson(exchange, exchange.hub.status.limits().bodyMaxBytes)
  const { task_ids = [], ids = [] } = acceptRequest(parseQuery(beamCancelRequestSchema, body ?? {}))
  const all = [...inQuery, ...task_ids, ...ids]
  if (all.length === 0) {
    throw new AppError('invalid_request', '"task_ids" is empty.')
  }
  const [error] = await stopAll(exchange, all)
  if (error !== undefined) throw error
  return exchange.reply.send({})
}

/** Cancels all jobs, even if one fails. @returns the errors */
async function stopAll({ hub }: Exchange, ids: readonly string[]): Promise<readonly AppError[]> {
  const errors: AppError[] = []
  for (const id of ids) {
    try {
      await hub.jobs.cancel(id)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      // A finished job needs no stopping.
      if (error.code !== 'job_finished') errors.push(error)
    }
  }
  return errors
}
