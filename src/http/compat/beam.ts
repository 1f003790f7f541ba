// The queue and the endpoint of a deployment on Beam, under any name. Existing clients change only their base URL. Their
// requests become ordinary jobs.
import type { FastifyReply } from 'fastify'
import { AppError } from '../../domain/errors.ts'
import { type Exchange, hastySubmitOptions, pathParameter, readJson } from '../exchange.ts'
import type { Handlers } from '../handlers.ts'
import { answerVideo, type VideoExchange } from './answer-video.ts'
import { unwrapArguments } from './beam-request.ts'
import { WORKSPACE } from './beam-task.ts'

type Ids = 'beamQueue' | 'beamCall' | 'beamWarmUp' | 'beamGetWorkspace'

export const BEAM_HANDLERS: Handlers<Ids> = {
  beamQueue: queue,
  beamCall: call,
  beamWarmUp: warmUp,
  beamGetWorkspace: async ({ reply }) => reply.send(WORKSPACE),
}

async function queue(exchange: Exchange): Promise<FastifyReply> {
  const { hub, request, reply } = exchange
  checkVersion(exchange)
  const { view, replayed } = await hub.jobs.submit(await readArguments(exchange), {
    ...hastySubmitOptions(exchange),
    webhookForm: 'beam',
  })
  request.jobId = view.job.id
  if (replayed) reply.header('idempotent-replayed', 'true')
  return reply.header('x-task-id', view.job.id).send({ task_id: view.job.id })
}

async function call(exchange: VideoExchange): Promise<FastifyReply> {
  checkVersion(exchange)
  const body = await readArguments(exchange)
  return answerVideo(exchange, { body, idHeader: 'x-task-id', webhookForm: 'beam' })
}

async function readArguments(exchange: Exchange): Promise<unknown> {
  const { simpleBodyMaxBytes } = exchange.hub.status.limits()
  return unwrapArguments(await readJson(exchange, simpleBodyMaxBytes))
}

/** Starts nothing; reports whether an engine is ready. */
async function warmUp(exchange: Exchange): Promise<FastifyReply> {
  checkVersion(exchange)
  const { engines } = await exchange.hub.status.health()
  if (!engines.some(({ ready }) => ready)) {
    const why = engines.map(({ detail }) => detail).find((detail) => detail !== null)
    throw new AppError('engine_unavailable', why ?? 'No engine is configured.')
  }
  return exchange.reply.send({})
}

/** Accepts `latest`, `v3`, or any text after `id` and `public`. */
function checkVersion(exchange: Exchange): void {
  const version = pathParameter(exchange, 'version')
  const isStub = /^(id|public)$/.test(pathParameter(exchange, 'name'))
  if (version === '' || isStub || /^(latest|v\d{1,9})$/.test(version)) return
  throw new AppError('route_not_found', `"${version.slice(0, 80)}" is not a version.`)
}
