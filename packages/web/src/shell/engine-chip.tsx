// The engine that renders here, and whether it is ready: always in sight, because nothing else on the page matters without it.

import type { BackendResource, EngineResource } from '@infinitetalk/contract'
import { useHub } from '../hub/hub-context.ts'
import { engineOf, useBackends, useEngines } from '../hub/use-engines.ts'
import { say } from '../language/say.ts'

export function EngineChip() {
  const hub = useHub()
  const engines = useEngines(hub)
  const backends = useBackends(hub)
  const engine = engineOf(engines, null)
  if (engine === null) return null
  const words = sayEngine(engine, backends)
  const tone = !engine.ready ? 'is-bad' : engine.only_previews ? 'is-partial' : 'is-good'
  return (
    <a
      class="engine-chip"
      href="#/status"
      aria-label={say('Engine: {words}', { words })}
      title={words}
    >
      <span class={`dot ${tone}`} aria-hidden="true" />
      <span>{words}</span>
    </a>
  )
}

function sayEngine(engine: EngineResource, backends: readonly BackendResource[]): string {
  if (!engine.ready) return say('{engine} is not ready', { engine: engine.name })
  if (engine.only_previews) return say('CPU preview')
  const gpu = backends.find(({ engine: name, gpu }) => name === engine.name && gpu !== null)?.gpu
  return gpu == null ? engine.name : `${engine.name}, ${gpu.name}`
}
