// What the video is to be like.
import { DiceIcon } from '../ui/icons.tsx'
import { SHAPES, type Shape } from './options.ts'
import type { Draft } from './use-draft.ts'

const SHAPE_NAMES: Readonly<Record<Shape, string>> = {
  picture: 'As the picture',
  '1:1': 'Square',
  '4:5': '4:5',
  '9:16': 'Phone',
  '16:9': 'Wide',
}
const MAX_SEED = 2 ** 32 - 1

export function OptionsCard({ draft }: { readonly draft: Draft }) {
  const { options, change } = draft
  return (
    <section class="card options-card" aria-labelledby="options-title">
      <div class="card-head">
        <h2 id="options-title">Video</h2>
      </div>
      <label class="field">
        <span class="label">Prompt</span>
        <textarea
          rows={2}
          placeholder="A person talking naturally"
          value={options.prompt}
          onInput={(event) => change({ prompt: event.currentTarget.value })}
        />
      </label>
      <fieldset class="field">
        <legend class="label">Shape</legend>
        <div class="segments">
          {SHAPES.map((shape) => (
            <label key={shape} class={`segment shape-${shape.replace(':', '-')}`}>
              <input
                type="radio"
                name="shape"
                checked={options.shape === shape}
                onChange={() => change({ shape })}
              />
              <span>{SHAPE_NAMES[shape]}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <div class="field-row">
        <fieldset class="field">
          <legend class="label">Resolution</legend>
          <div class="segments">
            {(['480p', '720p'] as const).map((resolution) => (
              <label key={resolution} class="segment">
                <input
                  type="radio"
                  name="resolution"
                  checked={options.resolution === resolution}
                  onChange={() => change({ resolution })}
                />
                <span>{resolution}</span>
              </label>
            ))}
          </div>
        </fieldset>
        <SeedField draft={draft} />
      </div>
    </section>
  )
}

function SeedField({ draft: { options, change } }: { readonly draft: Draft }) {
  return (
    <div class="field">
      <label class="label" for="seed">
        Seed
      </label>
      <div class="with-button">
        <input
          id="seed"
          type="number"
          min={0}
          max={MAX_SEED}
          step={1}
          inputMode="numeric"
          placeholder="Random"
          value={options.seed ?? ''}
          onInput={(event) => {
            const { value } = event.currentTarget
            change({ seed: /^\d+$/.test(value) ? Number(value) : null })
          }}
        />
        <button
          type="button"
          class="icon-button"
          title="Draw a seed"
          aria-label="Draw a seed"
          onClick={() => change({ seed: drawSeed() })}
        >
          <DiceIcon />
        </button>
      </div>
    </div>
  )
}

export function drawSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0
}
