// The pointer on a waveform: a click is a place, a drag is a part.
import { useRef } from 'preact/hooks'

interface TrackPointer {
  secondsAt(clientX: number): number
  onSeek(seconds: number): void
  onSelect(from: number, to: number): void
}

/** A hand is not that steady. */
const MIN_DRAG_PX = 6

export function useTrackPointer({ secondsAt, onSeek, onSelect }: TrackPointer) {
  const from = useRef<number | null>(null)
  return {
    onPointerDown: (event: PointerEvent) => {
      // The handles have a pointer of their own.
      if ((event.target as Element).closest('[role="slider"]') !== null) return
      from.current = event.clientX
      ;(event.currentTarget as HTMLElement).setPointerCapture(event.pointerId)
    },
    onPointerMove: ({ clientX }: PointerEvent) => {
      if (from.current === null || Math.abs(clientX - from.current) < MIN_DRAG_PX) return
      onSelect(secondsAt(from.current), secondsAt(clientX))
    },
    onPointerUp: ({ clientX }: PointerEvent) => {
      if (from.current !== null && Math.abs(clientX - from.current) < MIN_DRAG_PX) {
        onSeek(secondsAt(clientX))
      }
      from.current = null
    },
    onPointerCancel: () => {
      from.current = null
    },
  }
}
