// Runs a hub without a server: it renders what other hubs of the database accept, until it is stopped or
// drained.
import { once } from 'node:events'
import type { WorkRequest } from '../cli/services.ts'
import type { Config } from '../config/load-config.ts'
import { AppError } from '../domain/errors.ts'
import { createLogger } from '../observe/logger.ts'
import { watchEventLoop } from '../observe/watch-event-loop.ts'
import { boundHeap } from './bound-heap.ts'
import { composeHub } from './compose-hub.ts'

/** Returns once it has stopped. @throws AppError `config_invalid` and those of `composeHub` */
export async function work(
  { log, signal, onWorking }: WorkRequest,
  { config, env }: { readonly config: Config; readonly env: NodeJS.ProcessEnv },
): Promise<void> {
  if (config.databaseUrl === undefined) {
    const detail = 'A worker needs DATABASE_URL, the database of the hubs that accept its jobs.'
    throw new AppError('config_invalid', detail)
  }
  boundHeap()
  const observer = createLogger(config.logLevel, log)
  const hub = await composeHub({ config, env, observer, works: true })
  const eventLoop = watchEventLoop(observer)
  try {
    onWorking((await hub.status.engines()).map(({ name }) => name))
    const stopped = signal.aborted ? Promise.resolve() : once(signal, 'abort')
    await Promise.race([stopped, hub.drained])
  } finally {
    await hub.close()
    eventLoop.stop()
  }
}
