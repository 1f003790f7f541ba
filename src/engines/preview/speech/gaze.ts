// Where the eyes look: at the viewer most of the time, away for a moment now and then, and never quite still. Eyes jump and
// rest; a turn of the head leaves them where they were looking.
import { FPS } from '@infinitetalk/arithmetic'
import { clamp } from './ramps.ts'

export interface Gaze {
  /** -1 left to 1 right, and -1 up to 1 down, of each frame. */
  readonly x: Float32Array
  readonly y: Float32Array
}

const HOLD_SECONDS = { least: 0.35, spread: 1.6 } as const
/** While speaking one looks away to think, while listening hardly. */
const AWAY_CHANCE = { speaking: 0.32, listening: 0.14 } as const
const AWAY = { least: 0.35, spread: 0.5 } as const
/** Around the viewer's face, from eye to eye and mouth. */
const WANDERING = 0.16
const VERTICAL_SHARE = 0.6
/** A jump takes one frame more, at this part of its way. */
const JUMP_MIDDLE = 0.6
/** Degrees of yaw that a gaze of 1 makes good. */
const DEGREES_OF_GAZE = 24

/**
 * @param effort how strongly is spoken around each frame, 0 .. 1
 * @param yaw of the head in degrees, frame by frame
 */
export function lookAround(effort: Float32Array, yaw: Float32Array, random: () => number): Gaze {
  const frames = effort.length
  const x = new Float32Array(frames)
  const y = new Float32Array(frames)
  let [fromX, fromY, toX, toY] = [0, 0, 0, 0]
  let jump = Math.round(FPS * (HOLD_SECONDS.least + HOLD_SECONDS.spread * random()))
  for (let frame = 0; frame < frames; frame++) {
    if (frame === jump) {
      ;[fromX, fromY] = [toX, toY]
      const chance = effort[frame]! > 0.15 ? AWAY_CHANCE.speaking : AWAY_CHANCE.listening
      const side = random() < 0.5 ? -1 : 1
      const away = random() < chance ? side * (AWAY.least + AWAY.spread * random()) : 0
      toX = away + WANDERING * (2 * random() - 1)
      toY = VERTICAL_SHARE * (WANDERING * (2 * random() - 1) + Math.abs(away) * (random() - 0.6))
      jump = frame + 1 + Math.round(FPS * (HOLD_SECONDS.least + HOLD_SECONDS.spread * random()))
      x[frame] = fromX + JUMP_MIDDLE * (toX - fromX)
      y[frame] = fromY + JUMP_MIDDLE * (toY - fromY)
    } else {
      x[frame] = toX
      y[frame] = toY
    }
    x[frame] = clamp(x[frame]! - yaw[frame]! / DEGREES_OF_GAZE, -1, 1)
  }
  return { x, y }
}
