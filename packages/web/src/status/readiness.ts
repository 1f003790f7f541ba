// Whether the hub is ready, from the route that its container's health check reads; that route answers 503 when it is not.
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
