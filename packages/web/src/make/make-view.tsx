// Make: a picture, a voice, a few choices, and one button.
import type { Size } from '@infinitetalk/arithmetic'
import type { EstimateResource } from '@infinitetalk/contract'
import { useEffect, useState } from 'preact/hooks'
import { type Failure, failureOf } from '../hub/failure.ts'
import { useHub } from '../hub/hub-context.ts'
import { goTo } from '../routes.ts'
import { keepStill, makeStill } from '../takes/stills.ts'
import { AlertIcon } from '../ui/icons.tsx'
import { Notice } from '../ui/notice.tsx'
import { useHere } from '../ui/use-here.ts'
import { EstimateLine } from './estimate-line.tsx'
import { kindOf } from './medium.ts'
import { OptionsCard } from './options-card.tsx'
import { PictureCard } from './picture-card.tsx'
import { useArrivingFiles } from './use-arriving-files.ts'
import { type Draft, whatIsMissing } from './use-draft.ts'
import { engineOf, useEngines } from './use-engines.ts'
import { useEstimate } from './use-estimate.ts'
import { useFaces } from './use-faces.ts'
import { mostSecondsOf, setsLength, windowingOf } from './video-length.ts'
import { VoiceCard } from './voice-card.tsx'

export function MakeView({ draft }: { readonly draft: Draft }) {
  const { client } = useHub()
  const engines = useEngines()
  const engine = engineOf(engines, draft.options)
  const found = useFaces(
    draft.visualUpload,
    draft.visual !== null && kindOf(draft.visual) !== 'video',
  )
  const { estimate, failure: refusal } = useEstimate(draft.request)
  const [submitFailure, setFailure] = useState<Failure | null>(null)
  const failure = submitFailure ?? refusal
  const refused = refusal !== null || found.failure !== null
  const { creating, setCreating } = draft
  const here = useHere()
  const missing = whatIsMissing(draft)
  useArrivingFiles(draft, engine?.input_types.includes('video') === true)
  // The change may have removed the cause of the failure.
  useEffect(() => setFailure(null), [draft.request])
  const create = async (): Promise<void> => {
    const { request, visual } = draft
    if (request === null) return
    setCreating(true)
    try {
      const job = await client.jobs.create(request)
      const still = visual?.blob == null ? (visual?.still ?? null) : await makeStill(visual.blob)
      if (still !== null) keepStill(job.id, still)
      if (here.current) goTo({ view: 'take', id: job.id })
    } catch (error) {
      setFailure(failureOf(error))
    } finally {
      setCreating(false)
    }
  }
  const place = placeOf(failure)
  return (
    <form
      class="make"
      onSubmit={(event) => {
        event.preventDefault()
        void create()
      }}
    >
      <h1 class="visually-hidden">Make a talking video</h1>
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
        found={found}
        size={sizeOf(estimate)}
        failure={place === 'picture' ? failure : null}
      />
      <div class="make-side">
        {draft.voices.map((voice, index) => (
          <VoiceCard
            key={TITLES[index]}
            title={draft.voices.length === 1 ? 'Voice' : (TITLES[index] ?? '')}
            voice={voice}
            windowing={setsLength(voice, draft) ? windowingOf(engine, draft.options) : null}
            mostSeconds={mostSecondsOf(draft.options)}
            failure={place === `voice ${index}` ? failure : null}
          />
        ))}
        <OptionsCard draft={draft} engines={engines} engine={engine} />
        <div class="create-bar">
          {failure !== null && place === null && <Notice failure={failure} />}
          <div class="create-words" aria-live="polite">
            {missing !== null && <p class="muted">{missing}</p>}
            {missing === null && refused && (
              <p class="muted">{whatIsRefused(place, found.failure)}</p>
            )}
            {missing === null && !refused && estimate !== null && (
              <EstimateLine estimate={estimate} />
            )}
          </div>
          <button
            type="submit"
            class="primary large"
            disabled={missing !== null || creating || refused}
          >
            {creating ? 'Creating …' : 'Create video'}
          </button>
        </div>
      </div>
    </form>
  )
}

const TITLES = ['Left voice', 'Right voice'] as const

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
  if (place === 'picture' || ofPicture !== null) return 'The picture cannot be used.'
  return place === null ? null : 'The voice cannot be used.'
}

function sizeOf(estimate: EstimateResource | null): Size | null {
  if (estimate?.width == null || estimate.height === null) return null
  return { width: estimate.width, height: estimate.height }
}
