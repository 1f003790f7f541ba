// Turns the mouth part of a pose into the lengths, in pixels, that the rig's weights are multiplied with.
import type { FacePose } from '../pose.ts'
import type { FaceRig } from '../rig/face-rig.ts'
import { clamp } from '../speech/ramps.ts'

export interface MouthMotion {
  readonly close: number
  readonly jaw: number
  readonly widen: number
  readonly corner: number
  readonly raise: number
  readonly press: number
  readonly tuck: number
  readonly round: number
}

/** Height of a wide open mouth, in tooth units (see MouthFrame). */
const JAW_DROP = 0.9
/** The rest in half mouth widths. */
const SPREAD = 0.16
const ROUNDING = 0.28
/** Rounded lips come closer together the further the jaw is down. */
const ROUNDING_WITH_JAW = 0.14
/** A mouth that opens wide gets narrower. */
const NARROWING_WITH_JAW = 0.18
const SWELLING = 0.06
const CORNER_LIFT = 0.05
const UPPER_LIP_RAISE = 0.055
/** The upper lip goes up a little whenever the jaw goes down. */
const UPPER_LIP_RAISE_WITH_JAW = 0.05
const PRESSING = 0.07
const TUCKING = 0.1

/** Lips that were apart in the picture have no line between them when they meet: a jaw so far down shows one. */
const LIP_LINE = 0.03

export function mouthMotion(pose: FacePose, { mouth, showsTeeth }: FaceRig): MouthMotion {
  const unit = mouth.halfWidth
  const spread = clamp(pose.wide, 0, 1)
  const rounding = clamp(-pose.wide, 0, 1)
  const least = showsTeeth ? LIP_LINE : 0
  const raise = pose.upperLip * UPPER_LIP_RAISE + pose.jaw * UPPER_LIP_RAISE_WITH_JAW
  return {
    close: unit,
    jaw: Math.max(pose.jaw, least) * JAW_DROP * mouth.toothUnit,
    widen:
      (spread * SPREAD -
        rounding * (ROUNDING + ROUNDING_WITH_JAW * pose.jaw) -
        NARROWING_WITH_JAW * pose.jaw) *
      unit,
    corner: spread * CORNER_LIFT * unit,
    raise: raise * (1 - pose.press) * unit,
    press: pose.press * PRESSING * unit,
    tuck: pose.tuck * TUCKING * unit,
    round: rounding * SWELLING * unit,
  }
}
