// The faces port: finds the faces of a picture, and whether they can be animated.
import type { Box } from '@infinitetalk/arithmetic'

export interface FoundFace {
  /** 0 is the largest. */
  readonly index: number
  readonly box: Box
  /** The detector's confidence that this is a face, 0..1. */
  readonly detection: number
  /** The mesh's confidence that it lies on a face, 0..1. */
  readonly mesh: number
  /** Degrees; 0 looks at the camera, positive to the picture's right. */
  readonly yaw: number
  /** Degrees the head is tilted in the picture plane; 180 is upside down. */
  readonly roll: number
  /** The reason why this face cannot be animated; null when it can. */
  readonly refusal: 'no_face_found' | 'face_cut_off' | 'face_not_frontal' | 'face_too_small' | null
}

export interface FaceFinder {
  /** Largest first; empty when there is none. The path is a staged image. */
  findFaces(imagePath: string, signal: AbortSignal): Promise<readonly FoundFace[]>
}
