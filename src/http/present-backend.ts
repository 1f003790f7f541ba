// A backend as the API shows it.
import type { BackendResource } from '@infinitetalk/contract'
import type { BackendView } from '../app/hub.ts'
import { isoTime } from './iso-time.ts'

export function presentBackend(backend: BackendView): BackendResource {
  const { engine, name, state, detail, job, gpu, lastFailure, workflow, version } = backend
  return {
    object: 'backend',
    engine,
    name,
    state,
    detail,
    left_out_until: isoTime(backend.leftOutUntilMs),
    job: job === null ? null : { id: job.id, since: isoTime(job.sinceMs) },
    jobs: backend.served,
    failures: backend.failures,
    consecutive_failures: backend.failuresInRow,
    last_success_at: isoTime(backend.lastSuccessMs),
    last_failure:
      lastFailure === null
        ? null
        : {
            at: isoTime(lastFailure.atMs),
            code: lastFailure.code,
            message: lastFailure.detail,
          },
    workflow,
    version,
    gpu:
      gpu === null
        ? null
        : {
            name: gpu.name,
            vram_total_bytes: gpu.vramTotalBytes,
            vram_free_bytes: gpu.vramFreeBytes,
          },
  }
}
