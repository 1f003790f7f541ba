// All other parameters of an engine, described in the hub's own words. A field that is left empty keeps the hub's default.

import type { EngineResource } from '@infinitetalk/contract'
import { useEffect, useState } from 'preact/hooks'
import { useHub } from '../hub/hub-context.ts'
import { say } from '../language/say.ts'
import { TuneIcon } from '../ui/icons.tsx'
import { ParameterField } from './parameter-field.tsx'
import { defaultOf, groupsOf } from './parameter-groups.ts'
import { type Parameter, readParameters } from './request-schema.ts'
import type { Draft } from './use-draft.ts'

interface AdvancedDrawerProps {
  readonly draft: Draft
  readonly engine: EngineResource | null
}

/** Parameters that have their own place on the page. */
const ELSEWHERE = new Set([
  ...['prompt', 'preset', 'resolution', 'aspect_ratio', 'fit', 'seed', 'face', 'engine'],
  ...['input_type', 'person_count', 'webhook', 'reuse', 'keep', 'metadata'],
])
/** The hub obeys these itself, with every engine. */
const OF_THE_JOB = ['priority', 'start_within_s', 'deadline_s']

export function AdvancedDrawer({ draft, engine }: AdvancedDrawerProps) {
  const hub = useHub()
  const [open, setOpen] = useState(false)
  const [parameters, setParameters] = useState<readonly Parameter[] | null>(null)
  // Rows of LoRAs keep what was typed: they begin anew.
  const [resets, setResets] = useState(0)
  const [failed, setFailed] = useState(false)
  const { advanced } = draft.options
  useEffect(() => {
    if (!open || parameters !== null) return
    const stop = new AbortController()
    setFailed(false)
    readParameters(hub, stop.signal).then(setParameters, () => setFailed(!stop.signal.aborted))
    return () => stop.abort()
  }, [hub, open, parameters])
  const known = new Set([...(engine?.options ?? []), ...OF_THE_JOB])
  const shown = parameters?.filter(({ name }) => known.has(name) && !ELSEWHERE.has(name))
  const set = Object.keys(advanced).length
  const change = (name: string, value: unknown): void => {
    const { [name]: _, ...others } = advanced
    draft.change({ advanced: value === undefined ? others : { ...others, [name]: value } })
  }
  return (
    <details class="advanced" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <TuneIcon />
        {say('Advanced')}
        {set > 0 && <span class="badge">{say('{count} changed', { count: set })}</span>}
      </summary>
      {open && shown === undefined && (
        <p class="muted">
          {failed
            ? say('The hub does not answer. Close this and open it again.')
            : say('Loading …')}
        </p>
      )}
      {shown !== undefined && (
        <>
          {set > 0 && (
            <button
              type="button"
              class="quiet reset-all"
              onClick={() => {
                draft.change({ advanced: {} })
                setResets((count) => count + 1)
              }}
            >
              {say('Reset all {count}', { count: set })}
            </button>
          )}
          {groupsOf(shown).map(({ title, parameters: members }) => (
            <fieldset key={`${title} ${resets}`} class="parameter-group">
              <legend>{say(title)}</legend>
              <div class="parameters">
                {members.map((parameter) => (
                  <ParameterField
                    key={parameter.name}
                    parameter={{
                      ...parameter,
                      fallback: defaultOf(parameter, engine, draft.options),
                    }}
                    value={advanced[parameter.name]}
                    onChange={(value) => change(parameter.name, value)}
                  />
                ))}
              </div>
            </fieldset>
          ))}
        </>
      )}
    </details>
  )
}
