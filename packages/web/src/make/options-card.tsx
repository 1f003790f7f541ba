// The few choices that everybody makes about the video.
import { DiceIcon } from '../ui/icons.tsx'
import { Segments } from '../ui/segments.tsx'
import { AdvancedDrawer } from './advanced-drawer.tsx'
import { drawSeed } from './draw-seed.ts'
import { EngineChoice } from './engine-choice.tsx'
import { PROMPT_IDEAS } from './example.ts'
import { type Shape, VARIANTS } from './options.ts'
import type { Draft } from './use-draft.ts'

interface OptionsCardProps {
  readonly draft: Draft
}

const SHAPE_CHOICES: readonly (readonly [Shape, string])[] = [
  ['picture', 'As the picture'],
  ['1:1', '1:1 square'],
  ['4:5', '4:5 portrait'],
  ['9:16', '9:16 phone'],
  ['16:9', '16:9 wide'],
]
const PRESET_CHOICES = [
  ['draft', 'Draft'],
  ['balanced', 'Balanced'],
  ['quality', 'Quality'],
] as const
const FIT_CHOICES = [
  ['face', 'Around the face'],
  ['crop', 'Centre'],
  ['pad', 'Whole picture, with bars'],
] as const
const RECORDING_CHOICES = [
  ['each', 'One for each'],
  ['both', 'One with both'],
] as const
const MAX_SEED = 2 ** 32 - 1

export function OptionsCard({ draft }: OptionsCardProps) {
  const { options, change, engines, engine } = draft
  return (
    <section class="card options-card" aria-labelledby="options-title">
      <div class="card-head">
        <h2 id="options-title">Video</h2>
      </div>
      <EngineChoice
        engines={engines}
        engine={engine}
        onChange={(name) => change({ engine: name, speakers: 1, advanced: {} })}
      />
      {(engine?.max_speakers ?? 1) > 1 && (
        <Segments
          legend="Speakers"
          name="speakers"
          choices={[
            [1, 'One'],
            [2, 'Two'],
          ]}
          value={options.speakers}
          onChange={(speakers) => change({ speakers, script: null, together: false })}
        />
      )}
      {options.speakers === 2 && (
        <Segments
          legend="Recordings"
          name="together"
          choices={RECORDING_CHOICES}
          value={options.together ? 'both' : 'each'}
          onChange={(choice) => change({ together: choice === 'both', stretches: null })}
        />
      )}
      <div class="field">
        <label class="label" for="prompt">
          Prompt
        </label>
        <textarea
          id="prompt"
          rows={2}
          dir="auto"
          placeholder="A person talking naturally"
          value={options.prompt}
          onInput={(event) => change({ prompt: event.currentTarget.value })}
        />
        {engine?.without_effect.includes('prompt') !== true && (
          <span class="ideas">
            {PROMPT_IDEAS.map(([name, prompt]) => (
              <button key={name} type="button" class="as-button" onClick={() => change({ prompt })}>
                {name}
              </button>
            ))}
          </span>
        )}
        {engine?.without_effect.includes('prompt') === true && (
          <span class="small muted">
            The {engine.name} engine ignores the prompt; it only names the take.
          </span>
        )}
      </div>
      {engine?.options.includes('preset') === true && (
        <Segments
          legend="Preset"
          name="preset"
          choices={PRESET_CHOICES}
          value={options.preset ?? 'balanced'}
          onChange={(preset) => change({ preset })}
        />
      )}
      <Segments
        legend="Shape"
        name="shape"
        choices={SHAPE_CHOICES}
        value={options.shape}
        onChange={(shape) => change({ shape })}
      />
      {options.shape !== 'picture' && options.placing === null && (
        <Segments
          legend="Crop"
          name="fit"
          choices={FIT_CHOICES}
          value={options.fit}
          onChange={(fit) => change({ fit })}
        />
      )}
      <div class="field-row">
        <Segments
          legend="Resolution"
          name="resolution"
          choices={[
            ['480p', '480p'],
            ['720p', '720p'],
          ]}
          value={options.resolution}
          onChange={(resolution) => change({ resolution })}
        />
        <SeedField draft={draft} />
      </div>
      <Segments
        legend="Variants, each with another seed"
        name="variants"
        choices={VARIANTS.map((count) => [count, String(count)])}
        value={options.variants}
        onChange={(variants) => change({ variants })}
      />
      <AdvancedDrawer draft={draft} engine={engine} />
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
          title="Random seed"
          aria-label="Random seed"
          onClick={() => change({ seed: drawSeed() })}
        >
          <DiceIcon />
        </button>
      </div>
    </div>
  )
}
