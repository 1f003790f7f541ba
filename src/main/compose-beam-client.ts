// Connects the command line to Beam without a hub: to a task queue or an endpoint that options and settings name.
import type { RemoteEndpoint, RemoteQueue } from '../app/ports/remote-queue.ts'
import type { RemoteLocation } from '../cli/services.ts'
import type { Config } from '../config/load-config.ts'
import { AppError, toAppError } from '../domain/errors.ts'
import { createBeamEndpoint } from '../engines/beam/beam-endpoint.ts'
import { createBeamService } from '../engines/beam/beam-service.ts'
import { checkName, type Invocation, readInvokeUrl } from '../engines/beam/invoke-url.ts'
import type { CloudService } from '../engines/cloud/cloud-service.ts'
import { CLOUD_TIMES } from '../engines/cloud/cloud-times.ts'
import { createRequestExaminer, type ExamineRequest } from '../engines/cloud/examine-request.ts'
import { createRemoteEndpoint } from '../engines/cloud/remote-endpoint.ts'
import { createRemoteQueue } from '../engines/cloud/remote-queue.ts'
import type { Tool } from '../media/tool.ts'
import { findConfiguredTools } from './compose-generation.ts'

export interface RemoteSurroundings {
  readonly config: Config
  /** The value of PATH. */
  readonly searchPath: string
}

/** @throws AppError `usage`, `config_invalid` */
export function composeBeamQueue(
  where: RemoteLocation,
  surroundings: RemoteSurroundings,
): RemoteQueue {
  const { config } = surroundings
  const invocation = invocationOf(where, config)
  if (invocation?.kind === 'endpoint') {
    const detail = `${invocation.url} is an endpoint, not a task queue: it has no tasks.`
    throw new AppError('usage', detail)
  }
  const token = requireToken(where, config)
  if (where.name !== null) checkName(where.name)
  const queue = invocation?.name ?? where.name ?? config.beamQueue ?? null
  const remote = createRemoteQueue({
    service: beamService({ config, token, queue, invocation }),
    times: CLOUD_TIMES,
    examine: composeExaminer(surroundings),
    epochMs: () => Date.now(),
  })
  if (queue !== null || invocation !== null) return remote
  const detail = 'No task queue is named: give --queue NAME, or set BEAM_QUEUE.'
  return { ...remote, submit: () => Promise.reject(new AppError('usage', detail)) }
}

/** @throws AppError `usage`, `config_invalid` */
export function composeBeamEndpoint(
  where: RemoteLocation,
  surroundings: RemoteSurroundings,
): RemoteEndpoint {
  const { config } = surroundings
  const given = invocationOf(where, config)
  if (given?.kind === 'taskqueue') {
    throw new AppError('usage', `${given.url} is a task queue, not an endpoint.`)
  }
  const { beamVolume } = config
  const beamGatewayUrl = config.beamGatewayUrl.replace(/\/+$/, '')
  if (where.name !== null) checkName(where.name)
  const called = given ?? readInvokeUrl(`${beamGatewayUrl}/endpoint/${where.name}`, beamGatewayUrl)
  const { gatewayUrl, name, url: invokeUrl } = called
  const token = requireToken(where, config)
  const volume = beamVolume ?? null
  return createRemoteEndpoint({
    endpoint: createBeamEndpoint({ gatewayUrl, token, name, invokeUrl, volume }),
    times: CLOUD_TIMES,
    examine: composeExaminer(surroundings),
  })
}

function invocationOf({ url }: RemoteLocation, { beamGatewayUrl }: Config): Invocation | null {
  return url === null ? null : readInvokeUrl(url, beamGatewayUrl)
}

function requireToken({ token }: RemoteLocation, { beamToken }: Config): string {
  const found = token ?? beamToken
  if (found !== undefined) return found
  throw new AppError('config_invalid', 'Beam needs a token: set BEAM_TOKEN, or give --token.')
}

interface BeamQueue {
  readonly config: Config
  readonly token: string
  /** null for commands that only need the id of a task. */
  readonly queue: string | null
  readonly invocation: Invocation | null
}

function beamService({ config, token, queue, invocation }: BeamQueue): CloudService {
  const hasOwnHost = invocation !== null && invocation.kind === null
  return createBeamService({
    gatewayUrl: invocation?.gatewayUrl ?? config.beamGatewayUrl,
    token,
    queue: hasOwnHost ? new URL(invocation.url).host : (queue ?? ''),
    volume: config.beamVolume ?? null,
    ...(hasOwnHost ? { invokeUrl: invocation.url } : {}),
  })
}

function composeExaminer({ config, searchPath }: RemoteSurroundings): ExamineRequest {
  return createRequestExaminer(async (signal) => ({
    limits: config.limits,
    ffprobe: await findFfprobe(config, searchPath),
    signal,
  }))
}

/** Without it fewer facts about a voice are known; nothing else changes. */
async function findFfprobe(config: Config, searchPath: string): Promise<Tool | null> {
  try {
    const { ffprobe } = await findConfiguredTools(config, searchPath)
    return ffprobe
  } catch (thrown) {
    const error = toAppError(thrown)
    if (error.code === 'tool_missing') return null
    throw error
  }
}
