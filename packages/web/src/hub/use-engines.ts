// The engines to choose from, asked for again while the page is open: a GPU that comes or goes is seen within seconds.
import type { BackendResource, EngineResource } from '@infinitetalk/contract'
import type { HubConnection } from './hub-connection.ts'
import { useAnswer } from './use-answer.ts'

const EVERY_MS = 5000

/** Empty until the hub has answered. */
export function useEngines(hub: HubConnection): readonly EngineResource[] {
  const ask = (signal: AbortSignal) => hub.client.engines({ signal })
  return useAnswer(hub, 'engines', ask, EVERY_MS).data?.data ?? NONE
}

/** The machines that render for these engines. */
export function useBackends(hub: HubConnection): readonly BackendResource[] {
  const ask = (signal: AbortSignal) => hub.client.backends({ signal })
  return useAnswer(hub, 'backends', ask, EVERY_MS).data?.data ?? NO_BACKENDS
}

const NONE: readonly EngineResource[] = []
const NO_BACKENDS: readonly BackendResource[] = []

/** The chosen engine; without a choice the hub's default if it is ready, else the first that is; null until they are known. */
export function engineOf(
  engines: readonly EngineResource[],
  chosen: string | null | undefined,
): EngineResource | null {
  if (chosen != null) return engines.find(({ name }) => name === chosen) ?? null
  const preferred = engines.find((engine) => engine.default) ?? null
  if (preferred?.ready === true) return preferred
  return engines.find(({ ready }) => ready) ?? preferred
}
