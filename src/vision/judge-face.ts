// Whether a face can be animated, and if not, why. The numbers were measured; what lies beyond them looks broken.
import type { FoundFace } from '../app/ports/faces.ts'

/**
 * Faces turned to the camera score above it in photographs and drawings (96 % of 108 photographs above 0.99). Faces half
 * hidden, seen the wrong way up or only imagined lie below, and their mouths tear.
 */
export const MIN_MESH_SCORE = 0.9
/** Of the mesh's points. A forehead or a chin may be cut; of a face cut in half the mesh invents the rest, and wrongly. */
export const MIN_VISIBLE_SHARE = 0.85
/** Degrees to either side. Beyond this the far corner of the mouth vanishes behind the lips. */
export const MAX_YAW = 32
/**
 * Pixels from hairline to chin in the analysed picture. Landmarks are off by 0.5 % of the face's height at 48 pixels, by 1 %
 * at 32: that is a fifth of a closed lip.
 */
export const MIN_FACE_HEIGHT = 48
/** Of the picture's longer side. Smaller, nothing of the mouth is seen unless the picture is cropped to the face. */
export const MIN_FACE_SHARE = 0.05

export interface FaceMeasures {
  readonly mesh: number
  /** How many of the mesh's points lie in the picture, 0..1. */
  readonly visible: number
  /** Degrees. */
  readonly yaw: number
  /** Pixels from hairline to chin in the analysed picture. */
  readonly height: number
  /** The same as a part of the picture's longer side. */
  readonly share: number
}

export function judgeFace(face: FaceMeasures): FoundFace['refusal'] {
  if (face.mesh < MIN_MESH_SCORE) return 'no_face_found'
  if (face.visible < MIN_VISIBLE_SHARE) return 'face_cut_off'
  if (Math.abs(face.yaw) > MAX_YAW) return 'face_not_frontal'
  if (face.height < MIN_FACE_HEIGHT || face.share < MIN_FACE_SHARE) return 'face_too_small'
  return null
}
