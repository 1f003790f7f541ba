// Reads from its mesh how a face is turned and how large it is.
import { eyeLineRotation } from './face-mesh.ts'
import { CHIN, FACE_SIDE_LEFT, FACE_SIDE_RIGHT, FOREHEAD_TOP } from './landmarks.ts'

export interface FacePosture {
  /** Degrees; 0 faces the camera, positive values the picture's right. */
  readonly yaw: number
  /** Degrees of tilt in the picture plane, clockwise, -180..180; 180 is upside down. */
  readonly roll: number
  /** Pixels from the hairline to the chin. */
  readonly height: number
}

export function readPosture(points: Float32Array): FacePosture {
  const acrossX = points[FACE_SIDE_RIGHT * 3]! - points[FACE_SIDE_LEFT * 3]!
  const acrossY = points[FACE_SIDE_RIGHT * 3 + 1]! - points[FACE_SIDE_LEFT * 3 + 1]!
  const depth = points[FACE_SIDE_RIGHT * 3 + 2]! - points[FACE_SIDE_LEFT * 3 + 2]!
  return {
    yaw: toDegrees(Math.atan2(depth, Math.hypot(acrossX, acrossY))),
    roll: toDegrees(eyeLineRotation(points)),
    height: distanceBetween(points, FOREHEAD_TOP, CHIN),
  }
}

/** Pixels between two landmarks in the plane of the picture. */
export function distanceBetween(points: Float32Array, a: number, b: number): number {
  return Math.hypot(points[a * 3]! - points[b * 3]!, points[a * 3 + 1]! - points[b * 3 + 1]!)
}

function toDegrees(radians: number): number {
  return (radians * 180) / Math.PI
}
