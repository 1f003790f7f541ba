// A text instead of a sound: write it, choose a voice, hear it. The hub speaks it again when it makes the video.

import { useEffect, useRef, useState } from 'preact/hooks'
import { type Failure, failureOf } from '../hub/failure.ts'
import { useHub } from '../hub/hub-context.ts'
import { say } from '../language/say.ts'
import { PlayIcon } from '../ui/icons.tsx'
import { Notice } from '../ui/notice.tsx'
import { useObjectUrl } from '../ui/use-object-url.ts'
import { type Script, scriptMember } from './options.ts'

interface ScriptFieldProps {
  readonly script: Script
  readonly onChange: (script: Script) => void
}

/** As long as the hub speaks for a listener; a job may be longer. */
const MAX_HEARD_CHARS = 3000

export function ScriptField({ script, onChange }: ScriptFieldProps) {
  const change = (members: Partial<Script>): void => onChange({ ...script, ...members })
  return (
    <div class="script-field">
      <label class="field">
        <span class="label">{say('Words')}</span>
        <textarea
          rows={5}
          dir="auto"
          placeholder={`${say('Good morning!')} …\n\n${say('Two people: begin lines with A: and B:')}`}
          value={script.text}
          onInput={({ currentTarget }) => change({ text: currentTarget.value })}
        />
      </label>
      <div class="field-row">
        <label class="field">
          <span class="label">{say('Voice')}</span>
          <input
            type="text"
            placeholder={say('Default')}
            spellcheck={false}
            value={script.voice}
            onInput={({ currentTarget }) => change({ voice: currentTarget.value })}
          />
        </label>
        <label class="field">
          <span class="label">{say('Language')}</span>
          <input
            type="text"
            placeholder={say('Default, e.g. en-US')}
            spellcheck={false}
            value={script.language}
            onInput={({ currentTarget }) => change({ language: currentTarget.value })}
          />
        </label>
      </div>
      <Listen script={script} />
      <label class="choose">
        <input
          type="checkbox"
          checked={script.captions}
          onChange={({ currentTarget }) => change({ captions: currentTarget.checked })}
        />
        {say('Burn captions into the picture')}
      </label>
    </div>
  )
}

function Listen({ script }: { readonly script: Script }) {
  const { client } = useHub()
  const [heard, setHeard] = useState<{ readonly of: string; readonly sound: Blob } | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [busy, setBusy] = useState(false)
  const stop = useRef(new AbortController())
  useEffect(() => {
    stop.current = new AbortController()
    return () => stop.current.abort()
  }, [])
  const body = JSON.stringify(scriptMember(script))
  const url = useObjectUrl(heard !== null && heard.of === body ? heard.sound : null)
  const speak = async (): Promise<void> => {
    setBusy(true)
    setFailure(null)
    try {
      const { signal } = stop.current
      setHeard({ of: body, sound: await client.speak(scriptMember(script), { signal }) })
    } catch (error) {
      if (!stop.current.signal.aborted) setFailure(failureOf(error))
    } finally {
      setBusy(false)
    }
  }
  const { length } = script.text.trim()
  return (
    <div class="listen">
      <button
        type="button"
        onClick={() => void speak()}
        disabled={busy || length === 0 || length > MAX_HEARD_CHARS}
      >
        <PlayIcon />
        {busy ? say('Speaking …') : say('Hear it')}
      </button>
      {url !== null && (
        // biome-ignore lint/a11y/useMediaCaption: its text is in the field above.
        <audio controls autoplay src={url} aria-label={say('The text, spoken')} />
      )}
      {length > MAX_HEARD_CHARS && (
        <p class="small muted">
          {say('Too long to be heard beforehand; the video may have all of it.')}
        </p>
      )}
      {failure !== null && <Notice failure={failure} />}
    </div>
  )
}
