// The model files of the GPU engine, by the sets that work together: what is there, what is missing, its size, and a pull by the hub.

import type { ModelList } from '@infinitetalk/contract'
import { useState } from 'preact/hooks'
import { useHub } from '../hub/hub-context.ts'
import { useAnswer } from '../hub/use-answer.ts'
import { say, type Words } from '../language/say.ts'
import { sayBytes } from '../takes/words.ts'
import { Segments } from '../ui/segments.tsx'
import { ModelPullBar } from './model-pull-bar.tsx'
import { useModelPull } from './use-model-pull.ts'

type Model = ModelList['data'][number]

const HERE = new Set<Model['state']>(['present', 'unverified'])
const EVERY_MS = 5000

export function ModelsCard() {
  const hub = useHub()
  const pull = useModelPull()
  const isPulling = pull.state?.status === 'running'
  const { data: list } = useAnswer(
    hub,
    'models',
    (signal) => hub.client.models({ signal }),
    isPulling ? EVERY_MS : null,
  )
  const sets = Object.entries(list?.sets ?? {})
  const [chosen, setChosen] = useState<string | null>(null)
  if (list === null) return null
  const set = chosen ?? sets[0]?.[0] ?? null
  const models = list.data.filter((model) => set === null || model.sets.includes(set))
  const missing = models.filter(({ state }) => !HERE.has(state))
  const bytes = missing.reduce((sum, model) => sum + bytesLeft(model), 0)
  return (
    <section class="card wide models-card" aria-labelledby="models-title">
      <h2 id="models-title">{say('Models')}</h2>
      {sets.length > 1 && (
        <Segments
          legend={say('For')}
          name="model-set"
          choices={sets.map(([name]) => [name, name])}
          value={set}
          onChange={setChosen}
        />
      )}
      <p class="muted small">
        {set !== null && <span lang="en">{list.sets[set]}</span>}{' '}
        {missing.length === 0
          ? say('All {count} files are there.', { count: models.length })
          : say('{count} of {total} files are there; {size} are missing.', {
              count: models.length - missing.length,
              total: models.length,
              size: sayBytes(bytes),
            })}{' '}
        {say('The preview engine needs none of them.')}
      </p>
      {set !== null && <ModelPullBar set={set} missingBytes={bytes} pull={pull} />}
      <ul class="models">
        {models.map((model) => (
          <ModelLine key={model.name} model={model} />
        ))}
      </ul>
    </section>
  )
}

function ModelLine({ model }: { readonly model: Model }) {
  const { name, state, optional, path, detail, licence, bytes, approximate } = model
  return (
    <li>
      <span class={`dot ${HERE.has(state) ? 'is-good' : 'is-bad'}`} aria-hidden="true" />
      <strong>{name}</strong>
      <span class="badge">{say(STATES[state])}</span>
      <span class="nowrap">
        {bytes === null ? say('size unknown') : sayAbout(bytes, approximate)}
      </span>
      <p class="small muted">
        <code>{path}</code> · {licence}
        {optional && ` · ${say('optional')}`}
        {detail !== null && (
          <>
            {' · '}
            <span lang="en">{detail}</span>
          </>
        )}
      </p>
    </li>
  )
}

const STATES = {
  present: 'present',
  unverified: 'unverified',
  missing: 'missing',
  partial: 'partial',
  wrong_size: 'wrong size',
  stale: 'stale',
  damaged: 'damaged',
  blocked: 'blocked',
} as const satisfies Record<Model['state'], Words>

function sayAbout(bytes: number, approximate: boolean): string {
  const size = sayBytes(bytes)
  return approximate ? say('about {size}', { size }) : size
}

function bytesLeft({ bytes, bytes_on_disk, state }: Model): number {
  return Math.max(0, (bytes ?? 0) - (state === 'partial' ? bytes_on_disk : 0))
}
