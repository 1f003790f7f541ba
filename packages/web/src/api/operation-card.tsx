// One operation: what it does, what it takes, how it is called, and a form that calls it.

import { useState } from 'preact/hooks'
import { useHub } from '../hub/hub-context.ts'
import { say } from '../language/say.ts'
import type { ApiCall } from './open-api.ts'
import { samplesOf } from './samples.ts'
import { TryIt } from './try-it.tsx'

export function OperationCard({ call }: { readonly call: ApiCall }) {
  const [open, setOpen] = useState(false)
  const { method, path, operation } = call
  return (
    <details class="operation" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <b class={`method is-${method.toLowerCase()}`}>{method}</b>
        <code>{path}</code>
        <span class="muted" lang="en">
          {operation.summary}
        </span>
      </summary>
      {open && <Inside call={call} />}
    </details>
  )
}

function Inside({ call }: { readonly call: ApiCall }) {
  const { description, parameters = [], responses } = call.operation
  return (
    <div class="operation-body">
      {description !== undefined && <p lang="en">{description}</p>}
      {parameters.length > 0 && (
        <dl class="parameters-list">
          {parameters.map(({ name, in: place, description: words = '' }) => (
            <div key={`${place} ${name}`}>
              <dt>
                <code>{name}</code> <span class="small muted">{place}</span>
              </dt>
              <dd lang="en">{words}</dd>
            </div>
          ))}
        </dl>
      )}
      <Samples call={call} />
      <h3>{say('Answers')}</h3>
      <ul class="answers">
        {Object.entries(responses).map(([status, { description: words }]) => (
          <li key={status}>
            <code>{status}</code>{' '}
            {words === undefined ? say('A problem.') : <span lang="en">{words}</span>}
          </li>
        ))}
      </ul>
      <TryIt call={call} />
    </div>
  )
}

function Samples({ call }: { readonly call: ApiCall }) {
  const { hasKey } = useHub()
  const [chosen, setChosen] = useState('curl')
  const baseUrl = new URL('.', window.location.href).href.replace(/\/$/, '')
  const samples = samplesOf(call, { baseUrl, withKey: hasKey })
  const shown = samples.find(({ name }) => name === chosen)
  return (
    <div class="samples">
      <fieldset class="segments" aria-label={say('Language of the sample')}>
        {samples.map(({ name }) => (
          <button
            key={name}
            type="button"
            class="quiet"
            aria-pressed={name === chosen}
            onClick={() => setChosen(name)}
          >
            {name}
          </button>
        ))}
      </fieldset>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <pre class="command" tabIndex={0}>
        <code>{shown?.code}</code>
      </pre>
    </div>
  )
}
