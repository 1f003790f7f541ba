// Where the four edges of the lips run in the source picture, as functions of the place across the mouth. All heights are
// in the mouth's own coordinates (see mouth-frame.ts); a picture with an open mouth has a gap between the inner two.
import {
  INNER_LIP_LOWER,
  INNER_LIP_UPPER,
  OUTER_LIP_LOWER,
  OUTER_LIP_UPPER,
} from '../../../vision/landmarks.ts'
import type { MeshPoints } from './mesh-points.ts'
import { acrossMouth, downMouth, type MouthFrame } from './mouth-frame.ts'
import { Polyline } from './polyline.ts'

/** The outer edges meet a little outside the inner corners. */
const OUTER_CORNER = 1.1

export class LipLines {
  readonly #upperOuter: Polyline
  readonly #upperInner: Polyline
  readonly #lowerInner: Polyline
  readonly #lowerOuter: Polyline

  constructor(points: MeshPoints, frame: MouthFrame) {
    const line = (landmarks: readonly number[], corner: number): Polyline => {
      const across = landmarks.map((i) => acrossMouth(frame, points.x(i), points.y(i)))
      const down = landmarks.map((i) => downMouth(frame, points.x(i), points.y(i)))
      return new Polyline([-corner, ...across, corner], [0, ...down, 0])
    }
    this.#upperOuter = line(OUTER_LIP_UPPER, OUTER_CORNER)
    this.#upperInner = line(INNER_LIP_UPPER, 1)
    this.#lowerInner = line(INNER_LIP_LOWER, 1)
    this.#lowerOuter = line(OUTER_LIP_LOWER, OUTER_CORNER)
  }

  /** Upper edge of the upper lip. */
  upperOuter(across: number): number {
    return this.#upperOuter.at(across)
  }

  /** Lower edge of the upper lip. */
  upperInner(across: number): number {
    return this.#upperInner.at(across)
  }

  /** Upper edge of the lower lip. */
  lowerInner(across: number): number {
    return this.#lowerInner.at(across)
  }

  /** Lower edge of the lower lip. */
  lowerOuter(across: number): number {
    return this.#lowerOuter.at(across)
  }

  /** How far the mouth is open in the source picture. */
  gap(across: number): number {
    return Math.max(0, this.#lowerInner.at(across) - this.#upperInner.at(across))
  }

  /** Half way between the lips. */
  middle(across: number): number {
    return (this.#upperInner.at(across) + this.#lowerInner.at(across)) / 2
  }
}
