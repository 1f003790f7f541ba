// Measures how far the mouth of a traced face is open. A warp moves lips, but it cannot shut a mouth that was photographed wide
// open: tongue and teeth are where the lips would have to meet.
import { distanceBetween } from './face-pose.ts'
import {
  INNER_LIP_BOTTOM,
  INNER_LIP_TOP,
  MOUTH_INNER_CORNER_LEFT,
  MOUTH_INNER_CORNER_RIGHT,
} from './landmarks.ts'

/** Share of the mouth's width. A broad smile with teeth stays below it, a spoken "ah" exceeds it. */
export const WIDE_OPEN_MOUTH = 0.4

/** The gap between the lips as a share of the mouth's width; 0 for a shut mouth. */
export function mouthOpening(points: Float32Array): number {
  const gap = distanceBetween(points, INNER_LIP_TOP, INNER_LIP_BOTTOM)
  return gap / distanceBetween(points, MOUTH_INNER_CORNER_LEFT, MOUTH_INNER_CORNER_RIGHT)
}

/** @returns a sentence for people when the mouth is too wide open to be shut, null otherwise */
export function warnOfOpenMouth(points: Float32Array): string | null {
  if (mouthOpening(points) < WIDE_OPEN_MOUTH) return null
  return 'The mouth in the picture is wide open and cannot be shut: choose a picture with the lips closed.'
}
