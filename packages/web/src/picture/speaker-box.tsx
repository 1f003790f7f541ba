// The box of one of two speakers on the picture. It is dragged as a whole or by its corner, or moved with the arrow keys; with
// Shift they resize it.

import { useRef } from 'preact/hooks'
import { say } from '../language/say.ts'
import type { RelativeBox } from './placing.ts'

interface SpeakerBoxProps {
  readonly name: string
  readonly box: RelativeBox
  readonly onChange: (box: RelativeBox) => void
}

const MIN_SIDE = 0.05
const STEP = 0.02

export function SpeakerBox({ name, box, onChange }: SpeakerBoxProps) {
  const [x, y, width, height] = box
  const grip = useRef<{ readonly x: number; readonly y: number; readonly box: RelativeBox } | null>(
    null,
  )
  const move = (from: RelativeBox, dx: number, dy: number): RelativeBox => [
    clamp(from[0] + dx, 0, 1 - from[2]),
    clamp(from[1] + dy, 0, 1 - from[3]),
    from[2],
    from[3],
  ]
  const grow = (from: RelativeBox, dx: number, dy: number): RelativeBox => [
    from[0],
    from[1],
    clamp(from[2] + dx, MIN_SIDE, 1 - from[0]),
    clamp(from[3] + dy, MIN_SIDE, 1 - from[1]),
  ]
  const key = (event: KeyboardEvent): void => {
    const step = {
      ArrowLeft: [-STEP, 0],
      ArrowRight: [STEP, 0],
      ArrowUp: [0, -STEP],
      ArrowDown: [0, STEP],
    }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const [dx = 0, dy = 0] = step
    onChange((event.shiftKey ? grow : move)(box, dx, dy))
  }
  const drag = (change: typeof move) => ({
    onPointerDown: (event: PointerEvent) => {
      event.stopPropagation()
      ;(event.currentTarget as HTMLElement).setPointerCapture(event.pointerId)
      grip.current = { x: event.clientX, y: event.clientY, box }
    },
    onPointerMove: (event: PointerEvent) => {
      event.stopPropagation()
      const target = event.currentTarget as HTMLElement
      const area = target.closest('.picture-content')?.getBoundingClientRect()
      if (!target.hasPointerCapture(event.pointerId) || grip.current === null || !area) return
      const from = grip.current
      onChange(
        change(
          from.box,
          (event.clientX - from.x) / area.width,
          (event.clientY - from.y) / area.height,
        ),
      )
    },
  })
  const style = {
    left: percent(x),
    top: percent(y),
    width: percent(width),
    height: percent(height),
  }
  return (
    <button
      type="button"
      class="speaker-box"
      aria-label={say('{name}: arrow keys move the box, with Shift they resize it', { name })}
      style={style}
      onKeyDown={key}
      {...drag(move)}
    >
      <span>{name}</span>
      <i class="speaker-corner" {...drag(grow)} />
    </button>
  )
}

function percent(fraction: number): string {
  return `${fraction * 100}%`
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max)
}
