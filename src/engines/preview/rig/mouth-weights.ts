// How far the motions of the mouth move each vertex: full at the lips, fading over chin, cheeks and upper lip, gone at the
// nose. The shape of each fade was tuned by eye on photos; all are smooth, so that the skin stretches and never tears.
import { CHIN, LANDMARK_COUNT, LOWER_LIP, UPPER_LIP } from '../../../vision/landmarks.ts'
import { smoothRamp } from '../speech/ramps.ts'
import { LipLines } from './lip-lines.ts'
import type { MeshPoints } from './mesh-points.ts'
import { acrossMouth, downMouth, type MouthFrame } from './mouth-frame.ts'
import type { SurroundingVertex } from './surroundings.ts'

/** One number per vertex and motion, times the motion's length in half mouth widths. Down the face is positive. */
export interface MouthWeights {
  /** Down: brings the lips of a picture with an open mouth together. */
  readonly close: Float32Array
  /** Down: the jaw drops. */
  readonly jaw: Float32Array
  /** Across, away from the middle: the mouth gets wider (negative motion: rounder). */
  readonly widen: Float32Array
  /** Down: the corners of a spread mouth go up. */
  readonly corner: Float32Array
  /** Down: the upper lip is raised. */
  readonly raise: Float32Array
  /** Down: the lips are pressed against each other and get thinner. */
  readonly press: Float32Array
  /** Down: the lower lip is tucked in under the upper teeth. */
  readonly tuck: Float32Array
  /** Down: rounded lips swell, the upper one up and the lower one down. */
  readonly round: Float32Array
}

/** When lips that were apart meet, the lower one does most of the way. */
const LOWER_LIP_CLOSING_SHARE = 0.74
const UPPER_LIP_CLOSING_SHARE = 1 - LOWER_LIP_CLOSING_SHARE

/** How the rings around the face follow the mouth, from the innermost one. */
const RING_FOLLOW = [0.62, 0.3, 0.1] as const

/** The nose and the lids keep their width: so far above the middle of the mouth a wider mouth moves nothing, and from here on all. */
const WIDEN_TOP = -1.05
const WIDEN_FULL = -0.3

interface MouthPlace {
  readonly across: number
  readonly down: number
  readonly onUpperLip: boolean
  readonly onLowerLip: boolean
  /** 1 in the face, less in the rings around it. */
  readonly follow: number
}

type Weight = Record<keyof MouthWeights, number>

export function mouthWeights(
  points: MeshPoints,
  frame: MouthFrame,
  vertexCount: number,
  surroundings: readonly SurroundingVertex[],
): MouthWeights {
  const upperLip = new Set(UPPER_LIP)
  const lowerLip = new Set(LOWER_LIP)
  const lips = new LipLines(points, frame)
  const chin = downMouth(frame, points.x(CHIN), points.y(CHIN))
  const weights = emptyWeights(vertexCount)
  const put = (vertex: number, weight: Weight): void => {
    for (const motion of MOTIONS) weights[motion][vertex] = weight[motion]
  }
  for (let i = 0; i < LANDMARK_COUNT; i++) {
    const across = acrossMouth(frame, points.x(i), points.y(i))
    const down = downMouth(frame, points.x(i), points.y(i))
    const onUpperLip = upperLip.has(i)
    const onLowerLip = lowerLip.has(i)
    put(i, weightAt({ across, down, onUpperLip, onLowerLip, follow: 1 }, lips, chin))
  }
  surroundings.forEach((vertex, i) => {
    const follow = vertex.ring === null ? 0 : (RING_FOLLOW[vertex.ring] ?? 0)
    if (follow === 0) return
    const across = acrossMouth(frame, vertex.x, vertex.y)
    const down = downMouth(frame, vertex.x, vertex.y)
    const place = { across, down, onUpperLip: false, onLowerLip: false, follow }
    put(LANDMARK_COUNT + i, weightAt(place, lips, chin))
  })
  return weights
}

const MOTIONS = [
  'close',
  'jaw',
  'widen',
  'corner',
  'raise',
  'press',
  'tuck',
  'round',
] as const satisfies readonly (keyof MouthWeights)[]

function emptyWeights(vertexCount: number): MouthWeights {
  const empty = (): Float32Array => new Float32Array(vertexCount)
  return {
    close: empty(),
    jaw: empty(),
    widen: empty(),
    corner: empty(),
    raise: empty(),
    press: empty(),
    tuck: empty(),
    round: empty(),
  }
}

function weightAt(place: MouthPlace, lips: LipLines, chin: number): Weight {
  const { across, down, onUpperLip, onLowerLip, follow } = place
  const side = Math.abs(across)
  const middle = lips.middle(across)
  const isLower = onLowerLip || (!onUpperLip && down > middle)
  /** 1 in the middle of the lips, 0 at their corners. */
  const arch = side < 1 ? (1 - across * across) ** 0.62 : 0
  const belowLips = Math.max(0, down - lips.lowerOuter(across))
  const aboveLips = Math.max(0, lips.upperOuter(across) - down)
  const nearLowerLip = onLowerLip ? 1 : Math.exp(-((belowLips / 0.55) ** 1.3))
  const nearUpperLip = onUpperLip ? 1 : Math.exp(-((aboveLips / 0.45) ** 1.3))
  const nearLip = isLower ? nearLowerLip : nearUpperLip
  const nearCorners =
    Math.exp(-((Math.max(0, side - 0.95) / 0.8) ** 2)) * Math.exp(-((down / 1.25) ** 2))
  const outwards = isLower ? 1 : -1
  const closingShare = isLower ? -LOWER_LIP_CLOSING_SHARE : UPPER_LIP_CLOSING_SHARE
  return {
    close: side < 1 ? closingShare * lips.gap(across) * nearLip * follow : 0,
    jaw: jawWeight(place, { isLower, arch, belowLips, chin }) * follow,
    widen: across * nearCorners * smoothRamp(WIDEN_TOP, WIDEN_FULL, down) * follow,
    corner: -(Math.min(1.2, side) ** 2) * nearCorners * smoothRamp(0.3, 1, side) * follow,
    raise: isLower ? 0 : -arch * nearUpperLip * follow,
    press: pressWeight(place, { isLower, arch, nearLip }, lips) * follow,
    tuck: isLower ? -arch * nearLowerLip * follow : 0,
    round: outwards * arch * (onUpperLip || onLowerLip ? 1 : nearLip) * follow,
  }
}

/** The jaw is a hinge near the ears: all below the mouth goes with it, the cheeks less, the upper lip not at all. */
function jawWeight(
  { across, down, onLowerLip }: MouthPlace,
  shape: { isLower: boolean; arch: number; belowLips: number; chin: number },
): number {
  const { isLower, arch, belowLips, chin } = shape
  const width = Math.exp(-((across / 1.75) ** 2))
  const skin = width * smoothRamp(-0.65, 0.75, down)
  if (!isLower) return skin * (1 - Math.min(1, arch * 1.15))
  const lip = skin + (1 - skin) * arch * (onLowerLip ? 1 : Math.exp(-belowLips))
  return down > chin * 0.75 ? Math.max(lip, width) : lip
}

/** Pressed lips roll inwards: their outer edges come closer while the line between them stays. */
function pressWeight(
  { across, down, onUpperLip, onLowerLip }: MouthPlace,
  shape: { isLower: boolean; arch: number; nearLip: number },
  lips: LipLines,
): number {
  const { isLower, arch, nearLip } = shape
  if (onUpperLip) {
    const inner = lips.upperInner(across)
    const height = Math.max(0.05, inner - lips.upperOuter(across))
    return arch * smoothRamp(0, 1, (inner - down) / height)
  }
  if (onLowerLip) {
    const inner = lips.lowerInner(across)
    const height = Math.max(0.05, lips.lowerOuter(across) - inner)
    return -arch * smoothRamp(0, 1, (down - inner) / height)
  }
  return (isLower ? -0.8 : 0.8) * arch * nearLip
}
