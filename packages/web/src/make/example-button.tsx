// One click to a complete draft, for who has no picture and no voice at hand.

import { useState } from 'preact/hooks'
import { type Failure, failureOf } from '../hub/failure.ts'
import { say } from '../language/say.ts'
import { Notice } from '../ui/notice.tsx'
import { readExample } from './example.ts'
import type { Draft } from './use-draft.ts'

export function ExampleButton({ draft }: { readonly draft: Draft }) {
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const use = async (): Promise<void> => {
    setBusy(true)
    setFailure(null)
    try {
      const { picture, voice } = await readExample()
      draft.change({ script: null, speakers: 1 })
      draft.choosePicture(picture)
      draft.voices[0]?.choose(voice)
    } catch (error) {
      setFailure(failureOf(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <div class="example">
      <button type="button" class="link" onClick={() => void use()} disabled={busy}>
        {busy ? say('Fetching the example …') : say('No picture at hand? Use the example')}
      </button>
      {failure !== null && <Notice failure={failure} />}
    </div>
  )
}
