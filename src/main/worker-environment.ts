// The environment of a hub that is the worker of somebody's queue: files where it may write, kept only as long as its service could
// deliver a task again, and no queue to which it would hand its renders on, which might be its own.
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A container that is warm for days would fill its disk with videos that have long been handed over. */
const RETENTION_MS = 3_600_000

/** A value that is set wins, except for the queues. */
export function workerEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { BEAM_QUEUE, RUNPOD_API_KEY, RUNPOD_ENDPOINT_ID, ...rest } = env
  return {
    INFINITETALK_DATA_DIR: join(tmpdir(), 'infinitetalk'),
    INFINITETALK_LIMIT_RETENTION_MS: String(RETENTION_MS),
    ...rest,
  }
}
