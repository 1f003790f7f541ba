// The card for one voice: choose or record it, see it, play it, cut it.

import type { Windowing } from '@infinitetalk/arithmetic'
import { useState } from 'preact/hooks'
import type { Failure } from '../hub/failure.ts'
import { Recorder } from '../sound/recorder.tsx'
import { Waveform } from '../sound/waveform.tsx'
import { cutForOneLess, sayCut, windowCount, windowEdges } from '../sound/window-edges.ts'
import { sayDuration } from '../takes/words.ts'
import { VoiceIcon } from '../ui/icons.tsx'
import { useObjectUrl } from '../ui/use-object-url.ts'
import { DropZone } from './drop-zone.tsx'
import { FileNotice } from './file-notice.tsx'
import { mediumOf, sayWhere } from './medium.ts'
import { Sending } from './sending.tsx'
import type { Voice } from './use-voice.ts'

interface VoiceCardProps {
  /** `Voice`, or which of the two. */
  readonly title: string
  readonly voice: Voice
  /** null: this voice does not decide the windows. */
  readonly windowing: Windowing | null
  /** The longest part that is rendered; null: all of it. */
  readonly mostSeconds: number | null
  readonly failure: Failure | null
}

const ACCEPTED = 'audio/*,.wav,.mp3,.m4a,.aac,.flac,.ogg,.opus'

export function VoiceCard(props: VoiceCardProps) {
  const { title, voice, failure } = props
  const { medium, upload, sendAgain, choose } = voice
  const take = (file: File): void => choose(mediumOf(file))
  const shown = upload.status === 'failed' ? upload.failure : failure
  return (
    <section class="card voice-card" aria-label={title}>
      <div class="card-head">
        <h2>{title}</h2>
        {medium !== null && (
          <>
            <span class="file-name">{medium.name}</span>
            <DropZone
              accept={ACCEPTED}
              label={`Choose another file: ${title}`}
              onFile={take}
              class="as-button"
            >
              Replace
            </DropZone>
          </>
        )}
      </div>
      {medium === null ? (
        <DropZone
          accept={ACCEPTED}
          label={`Choose a file: ${title}`}
          onFile={take}
          class="empty-zone"
        >
          <VoiceIcon />
          <strong>Drop a voice recording here</strong>
          <span class="muted">or choose a file, or paste it</span>
        </DropZone>
      ) : (
        <Chosen {...props} refused={shown !== null} />
      )}
      {upload.status === 'sending' && upload.percent !== undefined && (
        <Sending upload={upload} onCancel={() => choose(null)} />
      )}
      <Recorder again={medium !== null} onRecorded={take} />
      {shown !== null && (
        <FileNotice failure={shown} unsent={upload.status === 'failed'} onAgain={sendAgain} />
      )}
    </section>
  )
}

interface ChosenProps extends Pick<VoiceCardProps, 'voice' | 'windowing' | 'mostSeconds'> {
  /** The card already shows its own problem below. */
  readonly refused: boolean
}

function Chosen({ voice, windowing, mostSeconds, refused }: ChosenProps) {
  const { medium, sound, trim, cut } = voice
  const url = useObjectUrl(medium?.blob ?? null)
  const [unheard, setUnheard] = useState<string | null>(null)
  if (medium === null) return null
  if (url === null) return <p class="muted">{sayWhere(medium)}</p>
  if (unheard === url) {
    return refused ? null : (
      <p class="muted">This browser cannot play {medium.name}. The hub may be able to read it.</p>
    )
  }
  if (sound === null) {
    // biome-ignore lint/a11y/useMediaCaption: a file that was just chosen has no captions.
    return <audio controls src={url} onError={() => setUnheard(url)} />
  }
  const { start, end } = trim ?? { start: 0, end: sound.seconds }
  const rendered = Math.min(end - start, mostSeconds ?? Number.POSITIVE_INFINITY)
  const edges = windowing === null ? [] : windowEdges(rendered, windowing)
  return (
    <>
      <Waveform name={medium.name} url={url} sound={sound} trim={trim} edges={edges} onTrim={cut} />
      <p class="small muted wave-facts">
        <span>
          {sayDuration(end - start)}
          {trim !== null && ` of ${sayDuration(sound.seconds)}`}
        </span>
        {windowing !== null && <WindowFacts seconds={rendered} windowing={windowing} />}
        {trim !== null && (
          <button type="button" class="link" onClick={() => cut(null)}>
            Use all of it
          </button>
        )}
      </p>
    </>
  )
}

function WindowFacts({
  seconds,
  windowing,
}: {
  readonly seconds: number
  readonly windowing: Windowing
}) {
  const count = windowCount(seconds, windowing)
  const cut = cutForOneLess(seconds, windowing)
  const less = cut === null ? '' : `: cutting ${sayCut(cut)} saves one`
  return <span>{`${count} ${count === 1 ? 'window' : 'windows'}${less}`}</span>
}
