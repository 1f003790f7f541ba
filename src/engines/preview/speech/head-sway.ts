// A head is never quite still: slow waves turn and shift it, more while it speaks. They start at rest, so that the video
// opens with the picture as it is.
import type { FacePose } from '../pose.ts'
import { smoothRamp } from './ramps.ts'

export type HeadPose = Pick<FacePose, 'brow' | 'yaw' | 'pitch' | 'roll' | 'shiftX' | 'shiftY'>

interface Wave {
  readonly amplitude: number
  readonly hertz: number
}

/** Degrees for the turns, the units of FacePose for the rest. No two waves share a period: the sway does not repeat. */
const WAVES = {
  yaw: [
    { amplitude: 1.7, hertz: 0.13 },
    { amplitude: 1, hertz: 0.31 },
    { amplitude: 0.35, hertz: 0.71 },
  ],
  pitch: [
    { amplitude: 1, hertz: 0.17 },
    { amplitude: 0.6, hertz: 0.41 },
  ],
  roll: [
    { amplitude: 0.9, hertz: 0.09 },
    { amplitude: 0.5, hertz: 0.27 },
  ],
  shiftX: [{ amplitude: 0.6, hertz: 0.11 }],
  shiftY: [{ amplitude: 0.35, hertz: 0.23 }],
  brow: [{ amplitude: 0.25, hertz: 0.11 }],
} as const satisfies Readonly<Record<keyof HeadPose, readonly Wave[]>>

const EASE_IN_SECONDS = 1
/** A listener's head moves a little less than half as much as a speaker's. */
const STILLNESS = 0.45
const LIVELINESS_PER_EFFORT = 2.2
/** A stressed syllable raises the brows and nods the head. */
const BROW_PER_STRESS = 1.6
const NOD_DEGREES_PER_STRESS = 1.5
const LOWEST_BROW = -0.4

export interface SpeechMood {
  /** How strongly is spoken in the half second around. */
  readonly effort: number
  /** How much this syllable stands out from that. */
  readonly stress: number
}

/** Where the head is after some seconds in some mood. The same random numbers give the same head. */
export type HeadSway = (seconds: number, mood: SpeechMood) => HeadPose

export function headSway(random: () => number): HeadSway {
  const yaw = sumOfWaves(WAVES.yaw, random)
  const pitch = sumOfWaves(WAVES.pitch, random)
  const roll = sumOfWaves(WAVES.roll, random)
  const shiftX = sumOfWaves(WAVES.shiftX, random)
  const shiftY = sumOfWaves(WAVES.shiftY, random)
  const brow = sumOfWaves(WAVES.brow, random)

  return (seconds, { effort, stress }) => {
    const speaking = Math.min(1, LIVELINESS_PER_EFFORT * effort)
    const awake = smoothRamp(0, EASE_IN_SECONDS, seconds)
    const liveliness = awake * (STILLNESS + (1 - STILLNESS) * speaking)
    const raisedBrow = liveliness * brow(seconds) + BROW_PER_STRESS * stress
    return {
      brow: Math.min(1, Math.max(LOWEST_BROW, raisedBrow)),
      yaw: liveliness * yaw(seconds),
      pitch: liveliness * pitch(seconds) + NOD_DEGREES_PER_STRESS * stress,
      roll: liveliness * roll(seconds),
      shiftX: liveliness * shiftX(seconds),
      shiftY: liveliness * shiftY(seconds),
    }
  }
}

function sumOfWaves(waves: readonly Wave[], random: () => number): (seconds: number) => number {
  const phased = waves.map((wave) => ({ ...wave, phase: 2 * Math.PI * random() }))
  return (seconds) =>
    phased.reduce(
      (sum, { amplitude, hertz, phase }) =>
        sum + amplitude * Math.sin(2 * Math.PI * hertz * seconds + phase),
      0,
    )
}
