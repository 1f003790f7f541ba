// The environment of a hub that is a worker of a cloud queue: its data is in a writable folder and kept only as long as the service may
// deliver a task again, and it has no cloud queue as an engine, which might be its own.
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A container that stays warm for days would fill its disk with videos that were delivered long ago. */
const RETENTION_MS = 3_600_000

/** Set variables win, except for the queues. */
export function workerEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { BEAM_QUEUE, RUNPOD_API_KEY, RUNPOD_ENDPOINT_ID, ...rest } = env
  return {
    INFINITETALK_DATA_DIR: join(tmpdir(), 'infinitetalk'),
    INFINITETALK_LIMIT_RETENTION_MS: String(RETENTION_MS),
    ...rest,
  }
}
