// The peaks of the part of a voice that is shown; what is cut away is pale.
import { useMemo } from 'preact/hooks'
import { peaksOf, type Sound, type Trim } from './sound.ts'
import { clamp } from './wave-view.ts'

interface BarsProps {
  readonly sound: Sound
  readonly view: Trim
  readonly kept: Trim
}

const PEAKS = 240
const HEIGHT = 64

export function Bars({ sound, view, kept }: BarsProps) {
  const path = useMemo(() => {
    const peaks = peaksOf(sound, PEAKS, view)
    const loudest = Math.max(0.05, ...peaks)
    return Array.from(peaks, (peak, index) => {
      const half = Math.max(0.8, (peak / loudest) * (HEIGHT / 2 - 3))
      return `M${index + 0.5} ${(HEIGHT / 2 - half).toFixed(1)}V${(HEIGHT / 2 + half).toFixed(1)}`
    }).join('')
  }, [sound, view])
  const xOf = (seconds: number): number =>
    clamp((seconds - view.start) / (view.end - view.start), 0, 1) * PEAKS
  return (
    <svg
      class="wave-bars"
      viewBox={`0 0 ${PEAKS} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <path d={path} />
      <rect class="wave-cut" x={0} y={0} width={xOf(kept.start)} height={HEIGHT} />
      <rect
        class="wave-cut"
        x={xOf(kept.end)}
        y={0}
        width={PEAKS - xOf(kept.end)}
        height={HEIGHT}
      />
    </svg>
  )
}
