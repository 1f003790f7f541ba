// A voice to see, play and cut: its peaks, the windows that will be rendered, and a handle at each end.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { PauseIcon, PlayIcon } from '../ui/icons.tsx'
import { peaksOf, type Sound, type Trim } from './sound.ts'
import { TrimHandle } from './trim-handle.tsx'

interface WaveformProps {
  readonly name: string
  readonly url: string
  readonly sound: Sound
  /** null: all of it. */
  readonly trim: Trim | null
  /** Seconds from the start of the kept part. */
  readonly edges: readonly number[]
  readonly onTrim: (trim: Trim | null) => void
}

const PEAKS = 240
/** The hub rejects shorter audio. */
const MIN_SECONDS = 0.2

export function Waveform({ name, url, sound, trim, edges, onTrim }: WaveformProps) {
  const audio = useRef<HTMLAudioElement>(null)
  const track = useRef<HTMLDivElement>(null)
  const [playing, setPlaying] = useState(false)
  const [at, setAt] = useState(0)
  const { seconds } = sound
  const { start, end } = trim ?? { start: 0, end: seconds }
  const peaks = useMemo(() => peaksOf(sound, PEAKS), [sound])
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
  const move = (which: keyof Trim, seen: number): void => {
    const next =
      which === 'start'
        ? { start: clamp(seen, 0, end - MIN_SECONDS), end }
        : { start, end: clamp(seen, start + MIN_SECONDS, seconds) }
    onTrim(next.start <= 0 && next.end >= seconds ? null : next)
  }
  const secondsAt = (clientX: number): number => {
    const box = track.current?.getBoundingClientRect()
    return box === undefined ? 0 : ((clientX - box.left) / box.width) * seconds
  }
  return (
    <div class="waveform">
      {/* biome-ignore lint/a11y/useMediaCaption: a file that was just chosen has no captions. */}
      <audio ref={audio} src={url} preload="auto" onEnded={() => setPlaying(false)} />
      <button
        type="button"
        class="icon-button round"
        aria-label={playing ? `Pause ${name}` : `Play ${name}`}
        onClick={() => setPlaying(!playing)}
      >
        {playing ? <PauseIcon /> : <PlayIcon />}
      </button>
      <div class="wave-track" ref={track}>
        <Bars peaks={peaks} from={start / seconds} to={end / seconds} />
        {edges.map((edge) => (
          <span key={edge} class="wave-edge" style={{ left: percent((start + edge) / seconds) }} />
        ))}
        {at > 0 && <span class="wave-place" style={{ left: percent(at / seconds) }} />}
        <TrimHandle
          name="Start of the voice"
          at={start}
          of={seconds}
          secondsAt={secondsAt}
          onMove={(seen) => move('start', seen)}
        />
        <TrimHandle
          name="End of the voice"
          at={end}
          of={seconds}
          secondsAt={secondsAt}
          onMove={(seen) => move('end', seen)}
        />
      </div>
    </div>
  )
}

interface BarsProps {
  readonly peaks: Float32Array
  /** The kept part, as fractions of the whole. */
  readonly from: number
  readonly to: number
}

const HEIGHT = 64

function Bars({ peaks, from, to }: BarsProps) {
  const path = useMemo(() => {
    const loudest = Math.max(0.05, ...peaks)
    return Array.from(peaks, (peak, index) => {
      const half = Math.max(0.8, (peak / loudest) * (HEIGHT / 2 - 3))
      return `M${index + 0.5} ${(HEIGHT / 2 - half).toFixed(1)}V${(HEIGHT / 2 + half).toFixed(1)}`
    }).join('')
  }, [peaks])
  const width = peaks.length
  return (
    <svg
      class="wave-bars"
      viewBox={`0 0 ${width} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <path d={path} />
      <rect class="wave-cut" x={0} y={0} width={from * width} height={HEIGHT} />
      <rect class="wave-cut" x={to * width} y={0} width={(1 - to) * width} height={HEIGHT} />
    </svg>
  )
}

function percent(fraction: number): string {
  return `${fraction * 100}%`
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max)
}
