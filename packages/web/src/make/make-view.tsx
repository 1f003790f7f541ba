// Make: a picture, a voice, a few choices, and one button.

import type { Failure } from '../hub/failure.ts'
import { say } from '../language/say.ts'
import { facesWithin } from '../picture/placing.ts'
import { AlertIcon } from '../ui/icons.tsx'
import { Notice } from '../ui/notice.tsx'
import { DraftsBar } from './drafts-bar.tsx'
import { EstimateLine } from './estimate-line.tsx'
import { expectedSize } from './expected-size.ts'
import { obstacleOf } from './obstacle.ts'
import { ObstacleNotice } from './obstacle-notice.tsx'
import { OptionsCard } from './options-card.tsx'
import { PictureCard } from './picture-card.tsx'
import { partOf } from './request-of.ts'
import { useArrivingFiles } from './use-arriving-files.ts'
import { useCreate } from './use-create.ts'
import { countOf, type Draft, whatIsMissing } from './use-draft.ts'
import { useEstimate } from './use-estimate.ts'
import { mostSecondsOf, setsLength, windowingOf } from './video-length.ts'
import { VoiceCard, type VoiceTurns } from './voice-card.tsx'

export function MakeView({ draft }: { readonly draft: Draft }) {
  const { engine, found } = draft
  const { estimate, confirmed, failure: refusal } = useEstimate(draft.request)
  const { create, failure: submitFailure } = useCreate(draft)
  const failure = submitFailure ?? refusal
  const refused = refusal !== null || found.failure !== null
  const part = partOf(draft.options, found.data)
  const seen = part === null || found.data === null ? found.data : facesWithin(found.data, part.box)
  const obstacle = obstacleOf(draft, { data: seen })
  const { creating } = draft
  const count = countOf(draft)
  const missing = whatIsMissing(draft)
  // Only the preview engine builds on a face; the others need not wait for the search.
  const looks = found.looking && engine?.only_previews === true
  useArrivingFiles(draft, engine?.input_types.includes('video') === true)
  const place = placeOf(failure)
  return (
    <form
      class="make"
      onSubmit={(event) => {
        event.preventDefault()
        void create()
      }}
    >
      <h1 class="visually-hidden">{say('Make a talking video')}</h1>
      <DraftsBar draft={draft} />
      {draft.lost.length > 0 && missing !== null && (
        <div class="notice make-lost" role="status">
          <AlertIcon />
          <div>
            {draft.lost.map((sentence) => (
              <p key={sentence}>{sentence}</p>
            ))}
          </div>
        </div>
      )}
      <PictureCard
        draft={draft}
        engine={engine}
        obstacle={obstacle?.place === 'picture' ? obstacle : null}
        size={expectedSize(draft.options, found.data)}
        failure={place === 'picture' ? failure : null}
      />
      <div class="make-side">
        {draft.voices.map((voice, index) => (
          <VoiceCard
            key={index}
            title={titleOf(index, draft.voices.length)}
            turns={draft.options.together ? turnsOfDraft(draft) : null}
            voice={voice}
            windowing={setsLength(voice, draft) ? windowingOf(engine, draft.options) : null}
            mostSeconds={mostSecondsOf(draft.options)}
            failure={place === `voice ${index}` ? failure : null}
            script={draft.options.script}
            pile={takesPile(draft) ? draft.pile : null}
            onScript={draft.options.speakers === 1 ? (script) => draft.change({ script }) : null}
          />
        ))}
        <OptionsCard draft={draft} />
        <div class="create-bar">
          {failure !== null && place === null && <Notice failure={failure} />}
          {obstacle?.place === 'engine' && <ObstacleNotice obstacle={obstacle} draft={draft} />}
          <div class="create-words" aria-live="polite">
            {missing !== null && <p class="muted">{missing}</p>}
            {missing === null && refused && (
              <p class="muted">{whatIsRefused(place, found.failure)}</p>
            )}
            {missing === null && !refused && obstacle?.place === 'picture' && (
              <p class="muted">{obstacle.message}</p>
            )}
            {missing === null && !refused && obstacle === null && looks && (
              <p class="muted">{say('Looking for faces …')}</p>
            )}
            {missing === null && !refused && obstacle?.place !== 'picture' && !looks && (
              <EstimateLine
                estimate={estimate}
                confirmed={confirmed}
                size={expectedSize(draft.options, found.data)}
                count={count}
              />
            )}
          </div>
          <button
            type="submit"
            class="primary large"
            disabled={missing !== null || creating || refused || obstacle !== null || looks}
          >
            {creating
              ? say('Creating …')
              : count === 1
                ? say('Create video')
                : say('Create {count} videos', { count })}
          </button>
        </div>
      </div>
    </form>
  )
}

/** Only one sound can stand for several. */
function takesPile({ options }: Draft): boolean {
  return options.script === null && options.speakers === 1
}

function turnsOfDraft({ options, change }: Draft): VoiceTurns {
  return { stretches: options.stretches, onChange: (stretches) => change({ stretches }) }
}

function titleOf(index: number, count: number): string {
  if (count === 1) return say('Voice')
  return index === 0 ? say('Left voice') : say('Right voice')
}

/** The card that the faulty member belongs to; null: none of them. */
function placeOf(failure: Failure | null): string | null {
  const pointer = failure?.pointer ?? ''
  if (/^\/(image|video|face)\b/.test(pointer)) return 'picture'
  const [, index = '0'] = /^\/audio(?:\/(\d))?/.exec(pointer) ?? [null, null]
  return index === null ? null : `voice ${index}`
}

/** The words beside the button that say which card shows the problem. */
function whatIsRefused(place: string | null, ofPicture: Failure | null): string | null {
  // A hub that does not answer has not rejected the picture.
  if (ofPicture?.code === 'server_unreachable') return null
  if (place === 'picture' || ofPicture !== null) return say('The picture cannot be used.')
  return place === null ? null : say('The voice cannot be used.')
}
