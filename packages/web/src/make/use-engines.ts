// The engines to choose from, and the one that will render the draft.
import type { EngineResource } from '@infinitetalk/contract'
import { useEffect, useState } from 'preact/hooks'
import { useHub } from '../hub/hub-context.ts'
import { untilAnswered } from '../hub/until-answered.ts'
import type { Options } from './options.ts'

/** Empty until the hub has answered. */
export function useEngines(): readonly EngineResource[] {
  const { client } = useHub()
  const [engines, setEngines] = useState<readonly EngineResource[]>([])
  useEffect(() => {
    const stop = new AbortController()
    const { signal } = stop
    untilAnswered(
      () => client.engines({ signal }),
      signal,
      () => {},
    ).then(
      ({ data }) => setEngines(data),
      () => {},
    )
    return () => stop.abort()
  }, [client])
  return engines
}

export function engineOf(
  engines: readonly EngineResource[],
  { engine }: Options,
): EngineResource | null {
  return (
    engines.find(({ name, default: chosen }) => (engine == null ? chosen : name === engine)) ?? null
  )
}
