// The engines with their readiness, and the truth about the chosen one: why it is not ready, or that it is only a stand-in.

import type { EngineResource } from '@infinitetalk/contract'
import { say, sayAround } from '../language/say.ts'
import { Segments } from '../ui/segments.tsx'

interface EngineChoiceProps {
  readonly engines: readonly EngineResource[]
  readonly engine: EngineResource | null
  readonly onChange: (name: string) => void
}

export function EngineChoice({ engines, engine, onChange }: EngineChoiceProps) {
  const others = engines.filter(({ name, ready }) => name !== engine?.name && !ready)
  return (
    <div class="engine-choice">
      {engines.length > 1 && (
        <Segments<string | null>
          legend={say('Engine')}
          name="engine"
          choices={engines.map(({ name }) => [name, name])}
          badgeOf={(name) => {
            const ready = engines.find((one) => one.name === name)?.ready === true
            return {
              tone: ready ? 'is-good' : 'is-bad',
              words: ready ? say('ready') : say('not ready'),
            }
          }}
          value={engine?.name ?? null}
          onChange={(name) => name !== null && onChange(name)}
        />
      )}
      {engine?.only_previews === true && <StandIn />}
      {others.map(({ name, detail }) => (
        <p key={name} class="small muted">
          {sayAround('{engine} is not ready: {reason}', {
            engine: name,
            reason: <span lang="en">{detail}</span>,
          })}
        </p>
      ))}
    </div>
  )
}

/** Said wherever the preview engine makes or made the video. */
export function StandIn() {
  return (
    <p class="small muted stand-in">
      {sayAround(
        '{preview} It moves the picture; it is not InfiniteTalk. For InfiniteTalk itself {link}.',
        {
          preview: <strong>{say('CPU preview.')}</strong>,
          link: <a href="#/status">{say('connect a GPU')}</a>,
        },
      )}
    </p>
  )
}
