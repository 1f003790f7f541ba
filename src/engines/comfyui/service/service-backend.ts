// A service of the Comfy API v2 as one more backend: looked at before a job and for the health report, like a ComfyUI that somebody
// else runs.
import type { Backend } from '../backend.ts'
import type { ComfyAddress } from '../comfy-address.ts'
import { createRemoteBackend } from '../remote-backend.ts'
import { createServiceApi } from './service-api.ts'

export interface ServiceBackendOptions {
  readonly address: ComfyAddress
  readonly patienceMs: number
}

export function createServiceBackend({ address, patienceMs }: ServiceBackendOptions): Backend {
  return createRemoteBackend({ address, api: createServiceApi(address, patienceMs) })
}
