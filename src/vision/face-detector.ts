// BlazeFace finds candidates for faces in a square of the picture. It is fast and generous: it also detects cats, and takes
// upside-down faces for upright ones, so the face mesh decides.
import type { Box } from '@infinitetalk/arithmetic'
import type { GraphModel } from './network/graph-model.ts'
import { planNetwork } from './network/network.ts'
import { sigmoid } from './network/sigmoid.ts'
import { keepBest } from './overlap.ts'
import type { RgbImage } from './rgb-image.ts'
import { SquareSampler } from './sample-square.ts'
import type { Square } from './square.ts'

export interface Detection {
  /** 0..1 */
  readonly score: number
  /** Upright around the turned face, in pixels of the picture. */
  readonly box: Box
  /** The face with the margin that the mesh expects, turned so that the eyes are level. */
  readonly square: Square
}

export interface FaceDetector {
  /** Best first, each face once. At most {@link MAX_DETECTIONS}. */
  detect(image: RgbImage, square: Square, minScore: number): Detection[]
}

/** A crowd costs time and cannot be animated: only the best twelve are traced. */
export const MAX_DETECTIONS = 12

const INPUT_SIDE = 256
/** Colours as -1..1. */
const COLOR_RANGE = { scale: 1 / 127.5, offset: -1 }

/** The two grids of the network: the side of a cell in pixels, and the guesses for each cell. */
const GRIDS = [
  { cell: 16, guesses: 2, scores: 'Identity', boxes: 'Identity_2' },
  { cell: 32, guesses: 6, scores: 'Identity_1', boxes: 'Identity_3' },
] as const

/** A guess: centre x and y (relative to its cell), width, height, then x and y of six points: the eyes come first. */
const NUMBERS_PER_GUESS = 16
const MAX_OVERLAP = 0.3
/** The mesh was trained on crops 1.5 times as wide as the detector's box. */
const MESH_MARGIN = 1.5

export function createFaceDetector(model: GraphModel): FaceDetector {
  const network = planNetwork(
    model,
    { height: INPUT_SIDE, width: INPUT_SIDE, channels: 3 },
    GRIDS.flatMap(({ scores, boxes }) => [scores, boxes]),
  )
  const sampler = new SquareSampler(INPUT_SIDE, COLOR_RANGE)
  return {
    detect: (image, square, minScore) => {
      network.input.set(sampler.sample(image, square))
      network.run()
      const found = GRIDS.flatMap((grid, index) => {
        const scores = network.outputs[2 * index]!
        const boxes = network.outputs[2 * index + 1]!
        return readGrid(grid, scores, boxes, square, minScore)
      })
      return keepBest(found, ({ score }) => score, MAX_OVERLAP).slice(0, MAX_DETECTIONS)
    },
  }
}

function readGrid(
  { cell, guesses }: (typeof GRIDS)[number],
  scores: Float32Array,
  boxes: Float32Array,
  square: Square,
  minScore: number,
): Detection[] {
  const cellsPerRow = INPUT_SIDE / cell
  const found: Detection[] = []
  for (let guess = 0; guess < scores.length; guess++) {
    const score = sigmoid(scores[guess]!)
    if (score < minScore) continue
    const cellIndex = Math.floor(guess / guesses)
    const cellX = cell * ((cellIndex % cellsPerRow) + 0.5)
    const cellY = cell * (Math.floor(cellIndex / cellsPerRow) + 0.5)
    const [x, y, width, height, leftEyeX, leftEyeY, rightEyeX, rightEyeY] = boxes.subarray(
      guess * NUMBERS_PER_GUESS,
      guess * NUMBERS_PER_GUESS + 8,
    ) as unknown as Guess
    found.push({
      score,
      ...placeInPicture(
        square,
        cellX + x,
        cellY + y,
        Math.max(width, height),
        Math.atan2(rightEyeY - leftEyeY, rightEyeX - leftEyeX),
      ),
    })
  }
  return found
}

type Guess = readonly [number, number, number, number, number, number, number, number]

/** From pixels of the network's input to pixels of the picture. */
function placeInPicture(square: Square, x: number, y: number, side: number, tilt: number) {
  const pixel = (2 * square.halfSide) / INPUT_SIDE
  const u = (x - INPUT_SIDE / 2) * pixel
  const v = (y - INPUT_SIDE / 2) * pixel
  const cosine = Math.cos(square.rotation)
  const sine = Math.sin(square.rotation)
  const centerX = square.centerX + u * cosine - v * sine
  const centerY = square.centerY + u * sine + v * cosine
  const half = (side * pixel) / 2
  return {
    box: { x: centerX - half, y: centerY - half, width: 2 * half, height: 2 * half },
    square: { centerX, centerY, halfSide: half * MESH_MARGIN, rotation: square.rotation + tilt },
  }
}
