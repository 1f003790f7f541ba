// A ComfyUI that someone else runs, at an address that the operator configured. It is never started or stopped here, only checked
// before a job and for the health report.
import { toAppError } from '../../domain/errors.ts'
import type { Backend } from './backend.ts'
import type { ComfyAddress } from './comfy-address.ts'
import { createComfyApi } from './comfy-api.ts'

export interface RemoteBackendOptions {
  readonly address: ComfyAddress
  /** For one look. */
  readonly healthTimeoutMs?: number
  /** A look is good for so long: health is asked by everyone, a GPU machine has better things to do. */
  readonly healthCacheMs?: number
  readonly nowMs?: () => number
}

const HEALTH_TIMEOUT_MS = 3000
const HEALTH_CACHE_MS = 5000

export function createRemoteBackend(options: RemoteBackendOptions): Backend {
  const { healthTimeoutMs = HEALTH_TIMEOUT_MS, healthCacheMs = HEALTH_CACHE_MS } = options
  const nowMs = options.nowMs ?? (() => performance.now())
  const api = createComfyApi(options.address)
  const closing = new AbortController()
  let last: { readonly atMs: number; readonly health: Promise<string | null> } | null = null

  const look = (): Promise<string | null> =>
    api.systemStats(closing.signal, healthTimeoutMs).then(
      () => null,
      (thrown: unknown) => toAppError(thrown).detail,
    )
  return {
    name: options.address.url,
    async ready(signal) {
      await api.systemStats(signal)
      return api
    },
    health() {
      if (last === null || nowMs() - last.atMs >= healthCacheMs) {
        last = { atMs: nowMs(), health: look() }
      }
      return last.health
    },
    // Its owner has to look after it: what is wrong stands in the error of the job.
    distrust: async () => {},
    lastWords: () => null,
    async [Symbol.asyncDispose]() {
      closing.abort()
      await last?.health
    },
  }
}
