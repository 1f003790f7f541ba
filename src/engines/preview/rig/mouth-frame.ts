// The mouth's own coordinate system: origin between the inner corners of the lips, x along the line through them, y down
// the face, in units of half the distance between the corners. Mouth shapes are described in it, so that one set of
// numbers fits every size and tilt of a face.
import {
  CHIN,
  FOREHEAD_TOP,
  MOUTH_INNER_CORNER_LEFT,
  MOUTH_INNER_CORNER_RIGHT,
} from '../../../vision/landmarks.ts'
import type { MeshPoints } from './mesh-points.ts'

export interface MouthFrame {
  readonly centerX: number
  readonly centerY: number
  /** Unit vector from the left to the right corner; (-axisY, axisX) points down the face. */
  readonly axisX: number
  readonly axisY: number
  /** Half the distance between the inner corners of the lips, in pixels. */
  readonly halfWidth: number
  /** Unit of what lies behind the lips: half the mouth's width, but never more than a face of this height can have. */
  readonly toothUnit: number
  /** From the hairline to the chin, in pixels. */
  readonly faceHeight: number
}

/** A broad grin does not make the jaw larger: half a relaxed mouth is at most this part of the face's height. */
const MAX_TOOTH_UNIT = 0.165

export function mouthFrame(points: MeshPoints): MouthFrame {
  const leftX = points.x(MOUTH_INNER_CORNER_LEFT)
  const leftY = points.y(MOUTH_INNER_CORNER_LEFT)
  const rightX = points.x(MOUTH_INNER_CORNER_RIGHT)
  const rightY = points.y(MOUTH_INNER_CORNER_RIGHT)
  const width = Math.hypot(rightX - leftX, rightY - leftY)
  const faceHeight = Math.hypot(
    points.x(FOREHEAD_TOP) - points.x(CHIN),
    points.y(FOREHEAD_TOP) - points.y(CHIN),
  )
  return {
    centerX: (leftX + rightX) / 2,
    centerY: (leftY + rightY) / 2,
    axisX: (rightX - leftX) / width,
    axisY: (rightY - leftY) / width,
    halfWidth: width / 2,
    toothUnit: Math.min(width / 2, faceHeight * MAX_TOOTH_UNIT),
    faceHeight,
  }
}

/** Across the mouth: -1 and 1 are the inner corners of the lips. */
export function acrossMouth(frame: MouthFrame, x: number, y: number): number {
  return ((x - frame.centerX) * frame.axisX + (y - frame.centerY) * frame.axisY) / frame.halfWidth
}

/** Down from the line through the corners. */
export function downMouth(frame: MouthFrame, x: number, y: number): number {
  return ((y - frame.centerY) * frame.axisX - (x - frame.centerX) * frame.axisY) / frame.halfWidth
}
