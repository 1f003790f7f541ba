// The frame of the video on the picture: dragged by hand, zoomed with the slider, two fingers or Ctrl and the wheel, or with the keys.

import type { Box, Size } from '@infinitetalk/arithmetic'
import { useRef } from 'preact/hooks'
import { say, sayNumber } from '../language/say.ts'
import { changed, MAX_ZOOM, type Placing, placingOf } from './placing.ts'

interface FramingProps {
  readonly picture: Size
  /** Size of the video. */
  readonly target: Size
  /** The part that is shown. */
  readonly crop: Box
  readonly onPlace: (placing: Placing) => void
}

const STEP = 0.02
const LEAP = 0.1
const ZOOM_STEP = 1.1
/** A hand is not that steady. */
const MIN_DRAG_PX = 6

/** The keys of the frame. It is a slider because it has a value, the zoom, and a place. */
export function VideoFrame({ picture, target, crop, onPlace }: FramingProps) {
  const placing = placingOf(crop, picture, target)
  const key = (event: KeyboardEvent): void => {
    const step = event.shiftKey ? LEAP : STEP
    const change = {
      ArrowLeft: { dx: -step },
      ArrowRight: { dx: step },
      ArrowUp: { dy: -step },
      ArrowDown: { dy: step },
      '+': { factor: ZOOM_STEP },
      '=': { factor: ZOOM_STEP },
      '-': { factor: 1 / ZOOM_STEP },
    }[event.key]
    if (change === undefined) return
    event.preventDefault()
    onPlace(changed(placing, change, picture, target))
  }
  return (
    <div
      class="video-frame"
      role="slider"
      tabIndex={0}
      aria-label={say('Frame of the video: arrow keys move it, plus and minus zoom')}
      aria-valuemin={1}
      aria-valuemax={MAX_ZOOM}
      aria-valuenow={Number(placing.zoom.toFixed(2))}
      aria-valuetext={say('Zoom {factor}', { factor: sayNumber(placing.zoom, 1) })}
      style={{
        left: percent(crop.x / picture.width),
        top: percent(crop.y / picture.height),
        width: percent(crop.width / picture.width),
        height: percent(crop.height / picture.height),
      }}
      onKeyDown={key}
    />
  )
}

interface ZoomBarProps extends FramingProps {
  readonly isPlaced: boolean
  readonly onReset: () => void
}

export function ZoomBar({ picture, target, crop, onPlace, isPlaced, onReset }: ZoomBarProps) {
  const placing = placingOf(crop, picture, target)
  return (
    <div class="zoom-bar">
      <label class="small">
        {say('Zoom')}
        <input
          type="range"
          min={1}
          max={MAX_ZOOM}
          step={0.05}
          value={placing.zoom}
          onInput={({ currentTarget }) =>
            onPlace({ ...placing, zoom: Number(currentTarget.value) })
          }
        />
      </label>
      {isPlaced ? (
        <button type="button" class="link small" onClick={onReset}>
          {say('Place it automatically')}
        </button>
      ) : (
        <span class="small muted">{say('Drag the frame on the picture.')}</span>
      )}
    </div>
  )
}

interface Grip {
  readonly pointers: Map<number, { readonly x: number; readonly y: number }>
  placing: Placing
  moved: boolean
}

/** The pointers on the picture. A press that does not move is a click on what lies there, such as a face. */
export function useFrameDrag(props: FramingProps | null) {
  const grip = useRef<Grip | null>(null)
  if (props === null) return {}
  const { picture, target, crop, onPlace } = props
  const end = ({ pointerId }: PointerEvent): void => {
    grip.current?.pointers.delete(pointerId)
    if (grip.current?.pointers.size === 0 && !grip.current.moved) grip.current = null
  }
  return {
    onPointerDown: ({ pointerId, clientX, clientY, button }: PointerEvent) => {
      if (button !== 0) return
      const pointers = grip.current?.pointers ?? new Map()
      pointers.set(pointerId, { x: clientX, y: clientY })
      grip.current = { pointers, placing: placingOf(crop, picture, target), moved: false }
    },
    onPointerMove: ({ pointerId, clientX: x, clientY: y, currentTarget }: PointerEvent) => {
      const held = grip.current
      const from = held?.pointers.get(pointerId)
      if (held === null || from === undefined) return
      if (!held.moved && Math.hypot(x - from.x, y - from.y) < MIN_DRAG_PX) return
      const area = currentTarget as HTMLElement
      const { width, height } = area.getBoundingClientRect()
      held.moved = true
      // Only now: a captured press would click the picture instead of the face under it.
      area.setPointerCapture(pointerId)
      const other = [...held.pointers].find(([id]) => id !== pointerId)?.[1]
      held.pointers.set(pointerId, { x, y })
      const change =
        other === undefined
          ? { dx: (x - from.x) / width, dy: (y - from.y) / height }
          : { factor: apart(other, { x, y }) / Math.max(1, apart(other, from)) }
      held.placing = changed(held.placing, change, picture, target)
      onPlace(held.placing)
    },
    onPointerUp: end,
    onPointerCancel: end,
    // The click that ends a drag chooses nothing.
    onClickCapture: (event: MouseEvent) => {
      if (grip.current?.moved !== true) return
      event.stopPropagation()
      event.preventDefault()
      grip.current = null
    },
    onWheel: (event: WheelEvent) => {
      // Without Ctrl the wheel scrolls the page.
      if (!event.ctrlKey) return
      event.preventDefault()
      const factor = event.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP
      onPlace(changed(placingOf(crop, picture, target), { factor }, picture, target))
    },
  }
}

interface Point {
  readonly x: number
  readonly y: number
}

function apart(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y)
}

function percent(fraction: number): string {
  return `${fraction * 100}%`
}
