// Runs the hub as a server. When it is asked to stop, it accepts no new jobs, lets running jobs finish or returns them to the queue
// while it still answers readers, then finishes open answers, and closes its stores last.
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { RunningHub } from '../app/create-hub.ts'
import type { ServeRequest } from '../cli/services.ts'
import type { Config } from '../config/load-config.ts'
import { createHttpServer } from '../http/server.ts'
import { combineObservers } from '../observe/combine-observers.ts'
import { createLogger } from '../observe/logger.ts'
import type { HubState } from '../observe/metric-table.ts'
import { createMetrics } from '../observe/metrics.ts'
import { watchEventLoop } from '../observe/watch-event-loop.ts'
import { boundHeap } from './bound-heap.ts'
import { mediaOriginOf } from './bucket-of.ts'
import { composeHub, uploadFolderOf } from './compose-hub.ts'

export interface ServeSurroundings {
  readonly config: Config
  readonly env: NodeJS.ProcessEnv
  readonly version: string
}

/** Time for open answers once no job runs. With the 20 s for running jobs a stop takes less than 25 s. */
const LAST_ANSWERS_MS = 2000

/** Returns once it has stopped. @throws AppError `config_invalid` and those of `composeHub` */
export async function serve(
  { works, log, signal, onListening }: ServeRequest,
  { config, env, version }: ServeSurroundings,
): Promise<void> {
  boundHeap()
  const { host, port, publicUrl = null, allowedOrigins, apiKeys = [], logLevel } = config
  const metrics = createMetrics()
  const observer = combineObservers([createLogger(logLevel, log), metrics])
  const clock = { monotonicMs: () => performance.now(), epochMs: () => Date.now() }
  const hub = await composeHub({ config, env, observer, works })
  metrics.watch(() => readState(hub, clock.epochMs()))
  const newRequestId = (): string => `req_${randomUUID().replaceAll('-', '')}`
  const server = createHttpServer({
    hub,
    host,
    port,
    publicUrl,
    allowedOrigins,
    volumeDir: config.runpodVolumeDir,
    uploadFolder: uploadFolderOf(config),
    mediaOrigin: mediaOriginOf(config),
    apiKeys,
    version,
    observer,
    metrics,
    clock,
    newRequestId,
  })
  const eventLoop = watchEventLoop(observer)
  try {
    const url = await server.listen()
    observer.observe({ type: 'http.listening', url })
    onListening(url)
    if (!signal.aborted) await once(signal, 'abort')
  } finally {
    await hub.stop()
    await server.close(LAST_ANSWERS_MS)
    await hub.close()
    eventLoop.stop()
  }
}

async function readState({ status }: RunningHub, nowMs: number): Promise<HubState> {
  const [{ engines, disk }, queue, backends, workers] = await Promise.all([
    status.health(),
    status.queue(),
    status.backends(),
    status.workers(),
  ])
  return { queue, engines, backends, workers, diskFreeBytes: disk.freeBytes, nowMs }
}
