// The few choices that everybody makes about the video.
import type { EngineResource } from '@infinitetalk/contract'
import { DiceIcon } from '../ui/icons.tsx'
import { Segments } from '../ui/segments.tsx'
import { AdvancedDrawer } from './advanced-drawer.tsx'
import { drawSeed } from './draw-seed.ts'
import type { Options, Shape } from './options.ts'
import type { Draft } from './use-draft.ts'

interface OptionsCardProps {
  readonly draft: Draft
  readonly engines: readonly EngineResource[]
  readonly engine: EngineResource | null
}

const SHAPE_CHOICES: readonly (readonly [Shape, string])[] = [
  ['picture', 'Like the picture'],
  ['1:1', 'Square'],
  ['4:5', '4:5'],
  ['9:16', 'Phone'],
  ['16:9', 'Wide'],
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
const MAX_SEED = 2 ** 32 - 1

export function OptionsCard({ draft, engines, engine }: OptionsCardProps) {
  const { options, change } = draft
  return (
    <section class="card options-card" aria-labelledby="options-title">
      <div class="card-head">
        <h2 id="options-title">Video</h2>
      </div>
      {engines.length > 1 && (
        <Segments<string | null>
          legend="Engine"
          name="engine"
          choices={engines.map(({ name }) => [name, name])}
          value={engine?.name ?? null}
          onChange={(name) =>
            change({ engine: name as Options['engine'], speakers: 1, advanced: {} })
          }
        />
      )}
      {(engine?.max_speakers ?? 1) > 1 && (
        <Segments
          legend="Speakers"
          name="speakers"
          choices={[
            [1, 'One'],
            [2, 'Two'],
          ]}
          value={options.speakers}
          onChange={(speakers) => change({ speakers })}
        />
      )}
      <label class="field">
        <span class="label">Prompt</span>
        <textarea
          rows={2}
          dir="auto"
          placeholder="A person talking naturally"
          value={options.prompt}
          onInput={(event) => change({ prompt: event.currentTarget.value })}
        />
        {engine?.without_effect.includes('prompt') === true && (
          <span class="small muted">
            The {engine.name} engine ignores the prompt; it only names the take.
          </span>
        )}
      </label>
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
      {options.shape !== 'picture' && (
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
