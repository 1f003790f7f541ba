// The outline of the opening between the lips.
import {
  INNER_LIP_LOWER,
  INNER_LIP_UPPER,
  MOUTH_INNER_CORNER_LEFT,
  MOUTH_INNER_CORNER_RIGHT,
} from '../../../vision/landmarks.ts'

const OUTLINE: readonly number[] = [
  MOUTH_INNER_CORNER_LEFT,
  ...INNER_LIP_UPPER,
  MOUTH_INNER_CORNER_RIGHT,
  ...INNER_LIP_LOWER.toReversed(),
]

export const INNER_LIP_CORNERS = OUTLINE.length

/** Copies the outline's x, y pairs out of the vertices of a face. */
export function innerLipCorners(vertices: Float32Array, corners: Float32Array): void {
  OUTLINE.forEach((vertex, i) => {
    corners[i * 2] = vertices[vertex * 2]!
    corners[i * 2 + 1] = vertices[vertex * 2 + 1]!
  })
}
