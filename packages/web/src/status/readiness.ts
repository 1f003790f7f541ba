// Whether the hub can work: the same answer that its container's health check reads, which is 503 when it cannot.
import type { ReadinessResource } from '@infinitetalk/contract'
import type { HubConnection } from '../hub/hub-connection.ts'

export type { ReadinessResource }

export async function readReadiness(
  hub: HubConnection,
  signal: AbortSignal,
): Promise<ReadinessResource> {
  const response = await hub.fetch('/readyz', { signal })
  return (await response.json()) as ReadinessResource
}
