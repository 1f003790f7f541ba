// Make: a picture, a voice, a few choices, and one button.
import { useEffect, useState } from 'preact/hooks'
import { type Failure, failureOf } from '../hub/failure.ts'
import { useHub } from '../hub/hub-context.ts'
import { goTo } from '../routes.ts'
import { keepStill, makeStill } from '../takes/stills.ts'
import { Notice } from '../ui/notice.tsx'
import { kindOf, mediumOf } from './medium.ts'
import { OptionsCard } from './options-card.tsx'
import { PictureCard } from './picture-card.tsx'
import { type Draft, whatIsMissing } from './use-draft.ts'
import { VoiceCard } from './voice-card.tsx'

export function MakeView({ draft }: { readonly draft: Draft }) {
  const { client } = useHub()
  const [failure, setFailure] = useState<Failure | null>(null)
  const [creating, setCreating] = useState(false)
  const missing = whatIsMissing(draft)
  usePaste(draft)
  // Whatever was wrong may be right now.
  useEffect(() => setFailure(null), [draft.visual, draft.voice, draft.options])
  const create = async (): Promise<void> => {
    const { request, visual } = draft
    if (request === null) return
    setCreating(true)
    try {
      const job = await client.jobs.create(request)
      const still = visual?.blob == null ? null : await makeStill(visual.blob)
      if (still !== null) keepStill(job.id, still)
      goTo({ view: 'take', id: job.id })
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
      <PictureCard draft={draft} failure={place === 'picture' ? failure : null} />
      <div class="make-side">
        <VoiceCard draft={draft} failure={place === 'voice' ? failure : null} />
        <OptionsCard draft={draft} />
        <div class="create-bar">
          {failure !== null && place === null && <Notice failure={failure} />}
          <p class="muted" aria-live="polite">
            {missing ?? ''}
          </p>
          <button type="submit" class="primary large" disabled={missing !== null || creating}>
            {creating ? 'Creating …' : 'Create video'}
          </button>
        </div>
      </div>
    </form>
  )
}

function placeOf(failure: Failure | null): 'picture' | 'voice' | null {
  const pointer = failure?.pointer ?? ''
  if (/^\/(image|video)\b/.test(pointer)) return 'picture'
  return pointer.startsWith('/audio') ? 'voice' : null
}

/** Pictures and sounds that are pasted anywhere on the page. */
function usePaste({ setVisual, setVoice }: Draft): void {
  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      for (const file of event.clipboardData?.files ?? []) {
        const kind = kindOf(file)
        if (kind === 'image') setVisual(mediumOf(file))
        if (kind === 'audio') setVoice(mediumOf(file))
      }
    }
    window.addEventListener('paste', paste)
    return () => window.removeEventListener('paste', paste)
  }, [setVisual, setVoice])
}
