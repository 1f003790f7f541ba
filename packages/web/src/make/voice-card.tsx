// The voice that is to be spoken.

import type { Failure } from '../hub/failure.ts'
import { VoiceIcon } from '../ui/icons.tsx'
import { Notice } from '../ui/notice.tsx'
import { useObjectUrl } from '../ui/use-object-url.ts'
import { DropZone } from './drop-zone.tsx'
import { mediumOf } from './medium.ts'
import type { Draft } from './use-draft.ts'

interface VoiceCardProps {
  readonly draft: Draft
  readonly failure: Failure | null
}

const ACCEPTED = 'audio/*,.wav,.mp3,.m4a,.flac,.ogg,.opus'

export function VoiceCard({ draft, failure }: VoiceCardProps) {
  const { voice, voiceUpload, setVoice } = draft
  const url = useObjectUrl(voice?.blob ?? null)
  const choose = (file: File): void => setVoice(mediumOf(file))
  const shown = voiceUpload.status === 'failed' ? voiceUpload.failure : failure
  return (
    <section class="card voice-card" aria-labelledby="voice-title">
      <div class="card-head">
        <h2 id="voice-title">Voice</h2>
        {voice !== null && (
          <>
            <span class="file-name">{voice.name}</span>
            <DropZone
              accept={ACCEPTED}
              label="Choose another voice"
              onFile={choose}
              class="as-button"
            >
              Replace
            </DropZone>
          </>
        )}
      </div>
      {voice === null ? (
        <DropZone accept={ACCEPTED} label="Choose a voice" onFile={choose} class="empty-zone">
          <VoiceIcon />
          <strong>Drop a voice here</strong>
          <span class="muted">WAV, MP3, M4A, FLAC, Ogg: up to ten minutes</span>
        </DropZone>
      ) : (
        // biome-ignore lint/a11y/useMediaCaption: what a person has just chosen has no captions.
        url !== null && <audio controls src={url} />
      )}
      {shown !== null && <Notice failure={shown} />}
    </section>
  )
}
