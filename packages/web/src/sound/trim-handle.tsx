// An edge on the track of a voice: dragged, or moved with the arrow keys by one frame, with Shift by half a second.

import { say, sayNumber } from '../language/say.ts'

interface TrimHandleProps {
  readonly name: string
  /** Seconds. */
  readonly at: number
  readonly of: number
  /** Where it stands on the track. */
  readonly left: string
  secondsAt(clientX: number): number
  onMove(seconds: number): void
  /** The Delete key, where it has a meaning. */
  onDelete?(): void
}

const FRAME_S = 1 / 25
const LEAP_S = 0.5

export function TrimHandle({ name, at, of, left, secondsAt, onMove, onDelete }: TrimHandleProps) {
  const key = (event: KeyboardEvent): void => {
    if (event.key === 'Delete' && onDelete !== undefined) {
      // It deletes no take.
      event.stopPropagation()
      onDelete()
      return
    }
    const step = event.shiftKey ? LEAP_S : FRAME_S
    const to = { ArrowLeft: at - step, ArrowRight: at + step, Home: 0, End: of }[event.key]
    if (to === undefined) return
    event.preventDefault()
    onMove(to)
  }
  return (
    <div
      class="trim-handle"
      role="slider"
      tabIndex={0}
      aria-label={name}
      aria-valuemin={0}
      aria-valuemax={Number(of.toFixed(2))}
      aria-valuenow={Number(at.toFixed(2))}
      aria-valuetext={say('{time} seconds', { time: sayNumber(at, 2) })}
      style={{ left }}
      onKeyDown={key}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) onMove(secondsAt(event.clientX))
      }}
    />
  )
}
