// The MediaPipe face mesh: 468 points on the face in a square of the picture, and how sure the network is that there is a face.
// The mesh checks the detector: cats, fruit and wallpaper score near 0.
import type { Box } from '@infinitetalk/arithmetic'
import { EYE_OUTER_CORNER_LEFT, EYE_OUTER_CORNER_RIGHT, LANDMARK_COUNT } from './landmarks.ts'
import type { GraphModel } from './network/graph-model.ts'
import { planNetwork } from './network/network.ts'
import type { RgbImage } from './rgb-image.ts'
import { SquareSampler } from './sample-square.ts'
import type { Square } from './square.ts'

export interface TracedFace {
  /** How sure the mesh is that it lies on a face, 0..1. */
  readonly score: number
  /** LANDMARK_COUNT times x, y (pixels of the picture) and z (the same unit, smaller is nearer). */
  readonly points: Float32Array
}

export interface FaceMesh {
  trace(image: RgbImage, square: Square): TracedFace
}

const INPUT_SIDE = 192
/** Colours as 0..1. */
const COLOR_RANGE = { scale: 1 / 255, offset: 0 }
/** The network expects a face to fill two thirds of its square. */
const MARGIN = 1.5

export function createFaceMesh(model: GraphModel): FaceMesh {
  const inputShape = { height: INPUT_SIDE, width: INPUT_SIDE, channels: 3 }
  const network = planNetwork(model, inputShape, ['Identity_2', 'Identity_1'])
  const [points, score] = network.outputs
  const sampler = new SquareSampler(INPUT_SIDE, COLOR_RANGE)
  return {
    trace: (image, square) => {
      network.input.set(sampler.sample(image, square))
      network.run()
      return { score: score![0]!, points: placeInPicture(points!, square) }
    },
  }
}

function placeInPicture(raw: Float32Array, square: Square): Float32Array {
  const pixel = (2 * square.halfSide) / INPUT_SIDE
  const cosine = Math.cos(square.rotation)
  const sine = Math.sin(square.rotation)
  const points = new Float32Array(LANDMARK_COUNT * 3)
  for (let i = 0; i < points.length; i += 3) {
    const u = (raw[i]! - INPUT_SIDE / 2) * pixel
    const v = (raw[i + 1]! - INPUT_SIDE / 2) * pixel
    points[i] = square.centerX + u * cosine - v * sine
    points[i + 1] = square.centerY + u * sine + v * cosine
    points[i + 2] = raw[i + 2]! * pixel
  }
  return points
}

/** Radians by which the line through the eyes is turned, clockwise as seen. */
export function eyeLineRotation(points: Float32Array): number {
  const left = EYE_OUTER_CORNER_LEFT * 3
  const right = EYE_OUTER_CORNER_RIGHT * 3
  return Math.atan2(points[right + 1]! - points[left + 1]!, points[right]! - points[left]!)
}

/** The square for a second run on the same face: centred on the mesh, turned with the eyes, more exact than the detector's. */
export function squareAround(points: Float32Array): Square {
  const rotation = eyeLineRotation(points)
  const box = boundingBox(points, -rotation)
  const x = box.x + box.width / 2
  const y = box.y + box.height / 2
  return {
    centerX: x * Math.cos(rotation) - y * Math.sin(rotation),
    centerY: x * Math.sin(rotation) + y * Math.cos(rotation),
    halfSide: (Math.max(box.width, box.height) / 2) * MARGIN,
    rotation,
  }
}

/** The smallest box around all points, after they have been turned by `rotation` radians about the origin. */
export function boundingBox(points: Float32Array, rotation = 0): Box {
  const cosine = Math.cos(rotation)
  const sine = Math.sin(rotation)
  let left = Number.POSITIVE_INFINITY
  let top = Number.POSITIVE_INFINITY
  let right = Number.NEGATIVE_INFINITY
  let bottom = Number.NEGATIVE_INFINITY
  for (let i = 0; i < points.length; i += 3) {
    const x = points[i]! * cosine - points[i + 1]! * sine
    const y = points[i]! * sine + points[i + 1]! * cosine
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
  }
  return { x: left, y: top, width: right - left, height: bottom - top }
}
