// A ComfyUI that someone else runs, at an address that the operator configured. It is never started or stopped here, only checked
// before a job and for the health report.
import { AppError } from '../../domain/errors.ts'
import type { Backend } from './backend.ts'
import type { ComfyAddress } from './comfy-address.ts'
import type { ComfyApi } from './comfy-api.ts'
import { createComfyApi } from './comfy-server.ts'
import { type LookTimes, ServerLook } from './server-look.ts'

export interface RemoteBackendOptions {
  readonly address: ComfyAddress
  /** Absent: a ComfyUI at that address. */
  readonly api?: ComfyApi
  readonly look?: LookTimes
  /** As of Backend. */
  readonly framesFolder?: string
}

export function createRemoteBackend(options: RemoteBackendOptions): Backend {
  const { api = createComfyApi(options.address), framesFolder } = options
  const closing = new AbortController()
  const look = new ServerLook(options.look)
  return {
    name: options.address.url,
    ...(framesFolder === undefined ? {} : { framesFolder }),
    async ready(signal) {
      await api.systemStats(signal)
      return api
    },
    async running() {
      const seen = await look.at(api, closing.signal)
      return seen instanceof AppError ? null : api
    },
    async health() {
      const seen = await look.at(api, closing.signal)
      return seen instanceof AppError ? seen.detail : null
    },
    async stats() {
      const seen = await look.at(api, closing.signal)
      return seen instanceof AppError ? null : seen
    },
    // Its owner has to look after it: what is wrong stands in the error of the job.
    distrust: async () => {},
    lastWords: () => null,
    async [Symbol.asyncDispose]() {
      closing.abort()
      await look.settled()
    },
  }
}
