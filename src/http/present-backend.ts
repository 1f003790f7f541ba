// A backend as the API shows it.
import type { BackendResource } from '@infinitetalk/contract'
import type { BackendView } from '../app/hub.ts'

export function presentBackend(backend: BackendView): BackendResource {
  const { engine, name, state, detail, job, gpu, lastFailure, workflow, version } = backend
  return {
    object: 'backend',
    engine,
    name,
    state,
    detail,
    left_out_until: toTime(backend.leftOutUntilMs),
    job: job === null ? null : { id: job.id, since: new Date(job.sinceMs).toISOString() },
    jobs: backend.served,
    failures: backend.failures,
    consecutive_failures: backend.failuresInRow,
    last_success_at: toTime(backend.lastSuccessMs),
    last_failure:
      lastFailure === null
        ? null
        : {
            at: new Date(lastFailure.atMs).toISOString(),
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

function toTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
