// The card for one voice: choose or record it, see it, play it, cut it.

import type { Windowing } from '@infinitetalk/arithmetic'
import type { ComponentChildren } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import { type Failure, failure as failureFrom } from '../hub/failure.ts'
import { say, sayCount } from '../language/say.ts'
import { Recorder } from '../sound/recorder.tsx'
import { isSilent } from '../sound/sound.ts'
import { TurnTrack } from '../sound/turn-track.tsx'
import { guessStretches, type Stretch } from '../sound/turns.ts'
import { Waveform } from '../sound/waveform.tsx'
import { cutForOneLess, sayCut, windowCount, windowEdges } from '../sound/window-edges.ts'
import { sayDuration } from '../takes/words.ts'
import { VoiceIcon } from '../ui/icons.tsx'
import { Notice } from '../ui/notice.tsx'
import { Segments } from '../ui/segments.tsx'
import { useObjectUrl } from '../ui/use-object-url.ts'
import { DropZone } from './drop-zone.tsx'
import { FileNotice } from './file-notice.tsx'
import { kindOf, type Medium, mediumOf, sayWhere } from './medium.ts'
import { EMPTY_SCRIPT, type Script } from './options.ts'
import { PileList } from './pile-list.tsx'
import { ScriptField } from './script-field.tsx'
import { Sending } from './sending.tsx'
import type { Voice } from './use-voice.ts'
import type { VoicePile } from './use-voice-pile.ts'

interface VoiceCardProps {
  /** `Voice`, or which of the two. */
  readonly title: string
  readonly voice: Voice
  /** null: this voice does not decide the windows. */
  readonly windowing: Windowing | null
  /** The longest part that is rendered; null: all of it. */
  readonly mostSeconds: number | null
  readonly failure: Failure | null
  /** The turns of one recording of two people; null for others. */
  readonly turns: VoiceTurns | null
  /** Further voices for videos of their own; null: there can be none. */
  readonly pile: VoicePile | null
  /** null: this voice is a sound. */
  readonly script: Script | null
  /** null: it cannot be a text. */
  readonly onScript: ((script: Script | null) => void) | null
}

export interface VoiceTurns {
  /** null: as the pauses suggest. */
  readonly stretches: readonly Stretch[] | null
  readonly onChange: (stretches: readonly Stretch[]) => void
}

const ACCEPTED = 'audio/*,.wav,.mp3,.m4a,.aac,.flac,.ogg,.opus'

export function VoiceCard(props: VoiceCardProps) {
  const { title, script, onScript, failure } = props
  if (onScript === null) return <SoundCard {...props} />
  const choice = (
    <Segments
      legend={say('Kind of voice')}
      name="voice-kind"
      choices={[
        ['sound', say('Recording')],
        ['text', say('Text')],
      ]}
      value={script === null ? 'sound' : 'text'}
      onChange={(kind) => onScript(kind === 'text' ? EMPTY_SCRIPT : null)}
    />
  )
  if (script === null) return <SoundCard {...props}>{choice}</SoundCard>
  return (
    <section class="card voice-card" aria-label={title}>
      <div class="card-head">
        <h2>{title}</h2>
      </div>
      {choice}
      <ScriptField script={script} onChange={onScript} />
      {failure !== null && <Notice failure={failure} />}
    </section>
  )
}

function SoundCard(props: VoiceCardProps & { readonly children?: ComponentChildren }) {
  const { title, voice, failure, pile } = props
  const { medium, upload, sendAgain, choose } = voice
  const [wrong, setWrong] = useState<Failure | null>(null)
  const take = (file: File): void => {
    const medium = mediumOf(file)
    const refusal = notASound(medium)
    setWrong(refusal)
    if (refusal === null) choose(medium)
  }
  const takeAll = (files: readonly File[]): void => {
    const [first, ...further] = files
    // The voice that is there already stays.
    const piled = medium === null ? further : files
    if (medium === null && first !== undefined) take(first)
    const sounds = piled.map(mediumOf).filter((one) => notASound(one) === null)
    pile?.add(sounds)
  }
  const shown = wrong ?? (upload.status === 'failed' ? upload.failure : failure)
  return (
    <section class="card voice-card" aria-label={title}>
      <div class="card-head">
        <h2>{title}</h2>
        {medium !== null && (
          <>
            <span class="file-name">{medium.name}</span>
            <DropZone
              accept={ACCEPTED}
              label={say('Choose another file: {title}', { title })}
              onFile={take}
              class="as-button"
            >
              {say('Replace')}
            </DropZone>
          </>
        )}
      </div>
      {medium === null && props.children}
      {medium === null ? (
        <DropZone
          accept={ACCEPTED}
          label={say('Choose a file: {title}', { title })}
          onFile={take}
          onFiles={pile === null ? null : takeAll}
          class="empty-zone"
        >
          <VoiceIcon />
          <strong>{say('Drop a voice recording here')}</strong>
          <span class="muted">
            {say('or choose a file, or paste it.')}
            {pile !== null && ` ${say('Several make a video each.')}`}
          </span>
        </DropZone>
      ) : (
        <Chosen {...props} refused={shown !== null} />
      )}
      {upload.status === 'sending' && upload.percent !== undefined && (
        <Sending upload={upload} onCancel={() => choose(null)} />
      )}
      {pile !== null && medium !== null && (
        <>
          <PileList pile={pile} />
          <DropZone
            accept={ACCEPTED}
            label={say('Add voices, each for a video of its own')}
            onFile={(file) => takeAll([file])}
            onFiles={takeAll}
            class="as-button add-voices"
          >
            {say('Add voices')}
          </DropZone>
        </>
      )}
      <Recorder again={medium !== null} onRecorded={take} />
      {shown !== null && (
        <FileNotice failure={shown} unsent={upload.status === 'failed'} onAgain={sendAgain} />
      )}
    </section>
  )
}

/** A file that no program can hear is rejected before it is sent. */
function notASound(medium: Medium): Failure | null {
  const kind = kindOf(medium)
  if (kind === 'audio' || kind === 'video' || (kind === null && medium.type === '')) return null
  return {
    ...failureFrom(say('{name} is no sound.', { name: medium.name }), 'audio_unsupported'),
    hint: say('Choose a recording, such as a WAV, MP3 or M4A file.'),
  }
}

interface ChosenProps
  extends Pick<VoiceCardProps, 'voice' | 'windowing' | 'mostSeconds' | 'turns'> {
  /** The card already shows its own problem below. */
  readonly refused: boolean
}

function Chosen({ voice, windowing, mostSeconds, turns, refused }: ChosenProps) {
  const { medium, sound, trim, cut } = voice
  const url = useObjectUrl(medium?.blob ?? null)
  const [unheard, setUnheard] = useState<string | null>(null)
  const guessed = useMemo(
    () => (sound === null || turns === null ? [] : guessStretches(sound)),
    [sound, turns === null],
  )
  if (medium === null) return null
  if (url === null) return <p class="muted">{sayWhere(medium)}</p>
  if (unheard === url) {
    return refused ? null : (
      <p class="muted">
        {say('This browser cannot play {name}. The hub may be able to read it.', {
          name: medium.name,
        })}
      </p>
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
      <Waveform
        name={medium.name}
        url={url}
        sound={sound}
        trim={trim}
        edges={edges}
        onTrim={cut}
        under={(track) =>
          turns !== null && (
            <TurnTrack
              {...track}
              stretches={turns.stretches ?? guessed}
              seconds={sound.seconds}
              onChange={turns.onChange}
            />
          )
        }
      />
      <p class="small muted wave-facts">
        <span>
          {trim === null
            ? sayDuration(end - start)
            : say('{part} of {whole}', {
                part: sayDuration(end - start),
                whole: sayDuration(sound.seconds),
              })}
        </span>
        {windowing !== null && <WindowFacts seconds={rendered} windowing={windowing} />}
        {isSilent(sound, { start, end }) && (
          <strong class="silent" role="status">
            {say('Nobody can be heard here: the mouth will stay closed.')}
          </strong>
        )}
        {trim !== null && (
          <button type="button" class="link" onClick={() => cut(null)}>
            {say('Use all of it')}
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
  const less = cut === null ? '' : say(': cutting {time} saves one', { time: sayCut(cut) })
  return <span>{`${sayCount(count, '{n} window', '{n} windows')}${less}`}</span>
}
