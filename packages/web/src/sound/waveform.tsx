// A voice to see, play and cut: its peaks, the windows that will be rendered, and a handle at each end. A click plays from there, a drag
// selects the part that is kept.

import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { say, sayNumber } from '../language/say.ts'
import { MinusIcon, PauseIcon, PlayIcon, PlusIcon } from '../ui/icons.tsx'
import { Bars } from './bars.tsx'
import type { Sound, Trim } from './sound.ts'
import { TrimHandle } from './trim-handle.tsx'
import { useTrackPointer } from './use-track-pointer.ts'
import { clamp, isWithin, placeIn, zoomed } from './wave-view.ts'

interface WaveformProps {
  readonly name: string
  readonly url: string
  readonly sound: Sound
  /** null: all of it. */
  readonly trim: Trim | null
  /** Seconds from the start of the kept part. */
  readonly edges: readonly number[]
  readonly onTrim: (trim: Trim | null) => void
  /** Something on the same scale, under the sound. */
  readonly under?: (track: SharedTrack) => ComponentChildren
}

/** The scale of the track, and where the sound plays. */
export interface SharedTrack {
  readonly at: number
  readonly view: Trim
  secondsAt(clientX: number): number
}

/** The hub rejects shorter audio. */
const MIN_SECONDS = 0.2

export function Waveform({ name, url, sound, trim, edges, onTrim, under }: WaveformProps) {
  const audio = useRef<HTMLAudioElement>(null)
  const track = useRef<HTMLDivElement>(null)
  const [playing, setPlaying] = useState(false)
  const [at, setAt] = useState(0)
  const { seconds } = sound
  const all = { start: 0, end: seconds }
  const [view, setView] = useState<Trim>(all)
  const { start, end } = trim ?? all
  useEffect(() => {
    const player = audio.current
    if (player === null || !playing) return
    let frame = 0
    const follow = (): void => {
      setAt(player.currentTime)
      if (player.currentTime >= end) setPlaying(false)
      else frame = requestAnimationFrame(follow)
    }
    if (player.currentTime < start || player.currentTime >= end - 0.05) player.currentTime = start
    player.play().then(follow, () => setPlaying(false))
    return () => {
      cancelAnimationFrame(frame)
      player.pause()
    }
  }, [playing, start, end])
  const keep = (next: Trim): void => onTrim(next.start <= 0 && next.end >= seconds ? null : next)
  const move = (which: keyof Trim, seen: number): void =>
    keep(
      which === 'start'
        ? { start: clamp(seen, 0, end - MIN_SECONDS), end }
        : { start, end: clamp(seen, start + MIN_SECONDS, seconds) },
    )
  const seek = (seen: number): void => {
    if (audio.current !== null) audio.current.currentTime = clamp(seen, 0, seconds)
    setAt(clamp(seen, 0, seconds))
  }
  const secondsAt = (clientX: number): number => {
    const box = track.current?.getBoundingClientRect()
    if (box === undefined) return 0
    return view.start + ((clientX - box.left) / box.width) * (view.end - view.start)
  }
  const select = (from: number, to: number): void => {
    const [first, last] = [
      clamp(Math.min(from, to), 0, seconds),
      clamp(Math.max(from, to), 0, seconds),
    ]
    if (last - first >= MIN_SECONDS) keep({ start: first, end: last })
  }
  const pointer = useTrackPointer({ secondsAt, onSeek: seek, onSelect: select })
  const isZoomed = view.end - view.start < seconds
  return (
    <div class="waveform">
      {/* biome-ignore lint/a11y/useMediaCaption: a file that was just chosen has no captions. */}
      <audio ref={audio} src={url} preload="auto" onEnded={() => setPlaying(false)} />
      <button
        type="button"
        class="icon-button round"
        data-plays
        aria-label={playing ? say('Pause {name}', { name }) : say('Play {name}', { name })}
        onClick={() => setPlaying(!playing)}
      >
        {playing ? <PauseIcon /> : <PlayIcon />}
      </button>
      <div class="wave-side">
        <div class="wave-track" ref={track} {...pointer}>
          <Bars sound={sound} view={view} kept={{ start, end }} />
          {edges
            .map((edge) => start + edge)
            .filter((edge) => isWithin(edge, view))
            .map((edge) => (
              <span key={edge} class="wave-edge" style={{ left: placeIn(edge, view) }} />
            ))}
          {at > 0 && isWithin(at, view) && (
            <span class="wave-place" style={{ left: placeIn(at, view) }} />
          )}
          {isWithin(start, view) && (
            <TrimHandle
              name={say('Start of the voice')}
              at={start}
              of={seconds}
              left={placeIn(start, view)}
              secondsAt={secondsAt}
              onMove={(seen) => move('start', seen)}
            />
          )}
          {isWithin(end, view) && (
            <TrimHandle
              name={say('End of the voice')}
              at={end}
              of={seconds}
              left={placeIn(end, view)}
              secondsAt={secondsAt}
              onMove={(seen) => move('end', seen)}
            />
          )}
        </div>
        {under?.({ at, view, secondsAt })}
        <div class="wave-zoom">
          <input
            type="range"
            aria-label={say('Position in the voice')}
            min={0}
            max={seconds}
            step={0.04}
            value={at}
            aria-valuetext={say('{time} seconds', { time: sayNumber(at, 1) })}
            onInput={({ currentTarget }) => seek(Number(currentTarget.value))}
          />
          <button
            type="button"
            class="icon-button quiet"
            aria-label={say('Zoom out')}
            disabled={!isZoomed}
            onClick={() => setView(zoomed(view, seconds, 2, at || start))}
          >
            <MinusIcon />
          </button>
          <button
            type="button"
            class="icon-button quiet"
            aria-label={say('Zoom in')}
            disabled={view.end - view.start <= 1}
            onClick={() => setView(zoomed(view, seconds, 0.5, at || start))}
          >
            <PlusIcon />
          </button>
        </div>
      </div>
    </div>
  )
}
