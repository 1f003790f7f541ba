// The 468 landmarks of one face in pixels of the frame that is rendered, with names for their coordinates.
import { LANDMARK_COUNT } from '../../../vision/landmarks.ts'

export class MeshPoints {
  readonly #coordinates: Float32Array

  /** @param coordinates x, y, z of each landmark in pixels; z grows away from the camera */
  constructor(coordinates: Float32Array) {
    if (coordinates.length !== LANDMARK_COUNT * 3) {
      throw new RangeError(`A face mesh has ${LANDMARK_COUNT * 3} coordinates.`)
    }
    this.#coordinates = coordinates
  }

  /** The same face with another depth for each landmark. */
  withDepth(depth: readonly number[]): MeshPoints {
    return new MeshPoints(
      this.#coordinates.map((value, i) => (i % 3 === 2 ? depth[(i - 2) / 3]! : value)),
    )
  }

  /** The same face with some landmarks moved by so many pixels in a direction. */
  moved(distances: ReadonlyMap<number, number>, towardsX: number, towardsY: number): MeshPoints {
    const coordinates = this.#coordinates.slice()
    for (const [landmark, distance] of distances) {
      coordinates[landmark * 3]! += distance * towardsX
      coordinates[landmark * 3 + 1]! += distance * towardsY
    }
    return new MeshPoints(coordinates)
  }

  x(landmark: number): number {
    return this.#coordinates[landmark * 3]!
  }

  y(landmark: number): number {
    return this.#coordinates[landmark * 3 + 1]!
  }

  z(landmark: number): number {
    return this.#coordinates[landmark * 3 + 2]!
  }
}
