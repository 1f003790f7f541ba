// Decides whether a face can be animated, and if not, why. The limits were measured; faces beyond them look broken.
import type { FoundFace } from '../app/ports/faces.ts'

/**
 * Faces turned to the camera score higher in photographs and drawings (96 % of 108 photographs above 0.99). Faces that are half
 * hidden, seen the wrong way up or falsely detected score lower, and their mouths tear.
 */
export const MIN_MESH_SCORE = 0.9
/** Share of the mesh's points. A forehead or a chin may be cut; the mesh invents the missing half of a face, and wrongly. */
export const MIN_VISIBLE_SHARE = 0.85
/** Degrees to either side. In a face turned further the lips hide the far corner of the mouth. */
export const MAX_YAW = 32
/**
 * Pixels from hairline to chin in the analysed picture. Landmarks are off by 0.5 % of the face's height at 48 pixels and by 1 %
 * at 32, which is a fifth of a closed lip.
 */
export const MIN_FACE_HEIGHT = 48
/** Share of the picture's longer side. The mouth of a smaller face is invisible unless the picture is cropped to the face. */
export const MIN_FACE_SHARE = 0.05

export interface FaceMeasures {
  readonly mesh: number
  /** The share of the mesh's points that lie in the picture, 0..1. */
  readonly visible: number
  /** Degrees. */
  readonly yaw: number
  /** Pixels from hairline to chin in the analysed picture. */
  readonly height: number
  /** The same as a share of the picture's longer side. */
  readonly share: number
}

export function judgeFace(face: FaceMeasures): FoundFace['refusal'] {
  if (face.mesh < MIN_MESH_SCORE) return 'no_face_found'
  if (face.visible < MIN_VISIBLE_SHARE) return 'face_cut_off'
  if (Math.abs(face.yaw) > MAX_YAW) return 'face_not_frontal'
  if (face.height < MIN_FACE_HEIGHT || face.share < MIN_FACE_SHARE) return 'face_too_small'
  return null
}
