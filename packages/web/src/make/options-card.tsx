// The few choices that everybody makes about the video.
import { say, type Words } from '../language/say.ts'
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

type Choices = readonly (readonly [string, Words])[]

const SHAPE_CHOICES: readonly (readonly [Shape, Words])[] = [
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
] as const satisfies Choices
const FIT_CHOICES = [
  ['face', 'Around the face'],
  ['crop', 'Centre'],
  ['pad', 'Whole picture, with bars'],
] as const satisfies Choices
const RECORDING_CHOICES = [
  ['each', 'One for each'],
  ['both', 'One with both'],
] as const satisfies Choices
const MAX_SEED = 2 ** 32 - 1

export function OptionsCard({ draft }: OptionsCardProps) {
  const { options, change, engines, engine } = draft
  return (
    <section class="card options-card" aria-labelledby="options-title">
      <div class="card-head">
        <h2 id="options-title">{say('Video')}</h2>
      </div>
      <EngineChoice
        engines={engines}
        engine={engine}
        onChange={(name) => change({ engine: name, speakers: 1, advanced: {} })}
      />
      {(engine?.max_speakers ?? 1) > 1 && (
        <Segments
          legend={say('Speakers')}
          name="speakers"
          choices={[
            [1, say('One')],
            [2, say('Two')],
          ]}
          value={options.speakers}
          onChange={(speakers) => change({ speakers, script: null, together: false })}
        />
      )}
      {options.speakers === 2 && (
        <Segments
          legend={say('Recordings')}
          name="together"
          choices={said(RECORDING_CHOICES)}
          value={options.together ? 'both' : 'each'}
          onChange={(choice) => change({ together: choice === 'both', stretches: null })}
        />
      )}
      <div class="field">
        <label class="label" for="prompt">
          {say('Prompt')}
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
                {say(name)}
              </button>
            ))}
          </span>
        )}
        {engine?.without_effect.includes('prompt') === true && (
          <span class="small muted">
            {say('The {engine} engine ignores the prompt; it only names the take.', {
              engine: engine.name,
            })}
          </span>
        )}
      </div>
      {engine?.options.includes('preset') === true && (
        <Segments
          legend={say('Preset')}
          name="preset"
          choices={said(PRESET_CHOICES)}
          value={options.preset ?? 'balanced'}
          onChange={(preset) => change({ preset })}
        />
      )}
      <Segments
        legend={say('Shape')}
        name="shape"
        choices={said(SHAPE_CHOICES)}
        value={options.shape}
        onChange={(shape) => change({ shape })}
      />
      {options.shape !== 'picture' && options.placing === null && (
        <Segments
          legend={say('Crop')}
          name="fit"
          choices={said(FIT_CHOICES)}
          value={options.fit}
          onChange={(fit) => change({ fit })}
        />
      )}
      <div class="field-row">
        <Segments
          legend={say('Resolution')}
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
        legend={say('Variants, each with another seed')}
        name="variants"
        choices={VARIANTS.map((count) => [count, String(count)])}
        value={options.variants}
        onChange={(variants) => change({ variants })}
      />
      <AdvancedDrawer draft={draft} engine={engine} />
    </section>
  )
}

function said<Value>(
  choices: readonly (readonly [Value, Words])[],
): readonly (readonly [Value, string])[] {
  return choices.map(([value, words]) => [value, say(words)])
}

function SeedField({ draft: { options, change } }: { readonly draft: Draft }) {
  return (
    <div class="field">
      <label class="label" for="seed">
        {say('Seed')}
      </label>
      <div class="with-button">
        <input
          id="seed"
          type="number"
          min={0}
          max={MAX_SEED}
          step={1}
          inputMode="numeric"
          placeholder={say('Random')}
          value={options.seed ?? ''}
          onInput={(event) => {
            const { value } = event.currentTarget
            change({ seed: /^\d+$/.test(value) ? Number(value) : null })
          }}
        />
        <button
          type="button"
          class="icon-button"
          title={say('Random seed')}
          aria-label={say('Random seed')}
          onClick={() => change({ seed: drawSeed() })}
        >
          <DiceIcon />
        </button>
      </div>
    </div>
  )
}
