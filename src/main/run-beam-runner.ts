// The native runner of Beam, composed: a hub in this process that no network reaches, and in front of it what Beam's gateway speaks to.
// Returns when it was told to stop and has.
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { RunningHub } from '../app/create-hub.ts'
import { loadConfig } from '../config/load-config.ts'
import { readConfigFile } from '../config/read-config-file.ts'
import type { NetworkGuard } from '../net/guarded-connector.ts'
import { resolveWithSystem } from '../net/resolve-host.ts'
import { createUrlPolicy } from '../net/url-policy.ts'
import { createLogger } from '../observe/logger.ts'
import { callbackTarget } from '../runners/beam/callback-target.ts'
import { createEndpointServer } from '../runners/beam/endpoint-server.ts'
import { GatewayRest } from '../runners/beam/gateway-rest.ts'
import { QueueClient } from '../runners/beam/queue-client.ts'
import {
  endpointTimeMs,
  type RunnerEnvironment,
  readEnvironment,
} from '../runners/beam/read-environment.ts'
import { type CallbackStatus, sendCallback } from '../runners/beam/send-callback.ts'
import { createTaskLog, type TaskLog } from '../runners/beam/task-log.ts'
import type { Call } from '../runners/beam/unwrap-call.ts'
import { workQueue } from '../runners/beam/work-queue.ts'
import { isHubReady, waitUntilReady } from '../runners/hub-readiness.ts'
import { hurryAfter } from '../runners/hurry-after.ts'
import { composeHub } from './compose-hub.ts'
import { workerEnvironment } from './worker-environment.ts'
import type { WorkerSurroundings } from './worker-process.ts'

interface Runner {
  readonly hub: RunningHub
  readonly environment: RunnerEnvironment
  readonly gateway: GatewayRest
  readonly log: TaskLog
  readonly outputsFolder: string
  readonly draining: AbortSignal
  /** Aborted once the grace is over: what runs is put back. */
  readonly hurrying: AbortSignal
  callbackTarget(call: Call): string | null
  tell(url: string, taskId: string, status: CallbackStatus, data: unknown): Promise<void>
}

/** @throws AppError `config_invalid` and those of `composeHub`; `engine_unavailable` when no render can ever begin */
export async function runBeamRunner(surroundings: WorkerSurroundings): Promise<void> {
  const { words, currentFolder, stdout, stderr, draining } = surroundings
  const environment = readEnvironment(words, surroundings.env)
  // The working folder is the caller's code, and read-only in places.
  const env = { ...timeOf(environment), ...workerEnvironment(surroundings.env) }
  const config = loadConfig({ env, file: readConfigFile(env, currentFolder) })
  const log = createTaskLog(stdout)
  const observer = createLogger(config.logLevel, stderr)
  const gateway = new GatewayRest(environment)
  const guard: NetworkGuard = { policy: createUrlPolicy(config.fetch), resolve: resolveWithSystem }
  const hub = await composeHub({ config, env, observer, works: true })
  const hurry = hurryAfter(draining, hub.status.limits().stopTimeoutMs)
  const runner: Runner = {
    hub,
    environment,
    gateway,
    log,
    outputsFolder: config.beamOutputsDir,
    draining,
    hurrying: hurry.signal,
    callbackTarget: ({ callbackUrl }) =>
      callbackTarget(callbackUrl, environment.callbackUrl, config.beamCallbackHosts),
    tell: (url, taskId, status, data) =>
      sendCallback({ url, taskId, status, data }, { gateway, guard, log }),
  }
  try {
    log.say(
      null,
      `Starting as the runner of ${environment.kind === 'endpoint' ? 'an endpoint' : 'a task queue'} of Beam.`,
    )
    await (environment.kind === 'endpoint' ? serveEndpoint(runner) : serveQueue(runner))
  } finally {
    hurry.stop()
    await hub.stop()
    log.say(null, 'Stopped.')
  }
}

/** The end that Beam puts to a task goes before the hub's: what it calls TIMEOUT is not tried again. */
const VERDICT_MS = 30_000

/** No render is ended before its task is, and none begins that would be. What is set wins. */
function timeOf(environment: RunnerEnvironment): Readonly<Record<string, string>> {
  const { kind, timeoutMs } = environment
  const limit = (ms: number) => ({ INFINITETALK_LIMIT_JOB_TIMEOUT_MS: String(ms) })
  if (kind === 'endpoint') return limit(endpointTimeMs(environment))
  return timeoutMs === null ? {} : limit(timeoutMs + VERDICT_MS)
}

async function serveEndpoint({ environment, ...runner }: Runner): Promise<void> {
  const { hub, draining, hurrying, log } = runner
  const isReady = async (): Promise<boolean> => !draining.aborted && (await isHubReady(hub))
  const server = createEndpointServer(
    { ...runner, limitMs: endpointTimeMs(environment), isReady },
    hurrying,
  )
  server.listen(environment.bindPort, '::')
  await once(server, 'listening')
  log.say(null, `Listening on port ${environment.bindPort}.`)
  if (!draining.aborted) await once(draining, 'abort')
  await closed(server)
}

async function closed(server: Server): Promise<void> {
  const closing = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  await closing
}

async function serveQueue({ environment, ...runner }: Runner): Promise<void> {
  const { draining, hurrying, hub, log } = runner
  await waitUntilReady(hub, draining)
  if (draining.aborted) return
  log.say(null, 'Ready for tasks.')
  using client = new QueueClient(environment)
  await workQueue({ ...runner, client }, { draining, hurrying })
}
