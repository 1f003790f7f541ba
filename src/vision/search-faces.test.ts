import { expect, it } from 'vitest'
import type { FaceModels } from './face-models.ts'
import { EYE_OUTER_CORNER_LEFT, EYE_OUTER_CORNER_RIGHT, LANDMARK_COUNT } from './landmarks.ts'
import { searchFaces } from './search-faces.ts'
import type { Square } from './square.ts'

const SIDE = 300
const image = { data: new Uint8Array(SIDE * SIDE * 3), width: SIDE, height: SIDE }
const { signal } = new AbortController()

/** Models that see one face in the middle. The detector's scores are given for each quarter turn of the picture. */
function modelsSeeing(detections: readonly [number, number, number, number]): FaceModels {
  const turnsOf = ({ rotation }: Square): number => Math.round(rotation / (Math.PI / 2))
  const box = { x: 100, y: 100, width: 100, height: 100 }
  return {
    detector: {
      detect: (_image, square, minScore) => {
        const score = detections[turnsOf(square)]!
        const { rotation } = square
        const face = { centerX: 150, centerY: 150, halfSide: 75, rotation }
        return score < minScore ? [] : [{ score, box, square: face }]
      },
    },
    mesh: { trace: (_image, square) => ({ score: 0.9999, points: eyesAlong(square) }) },
  }
}

/** Points of a face of 100 pixels whose eyes lie along the square's x axis. */
function eyesAlong({ centerX, centerY, rotation }: Square): Float32Array {
  const points = new Float32Array(LANDMARK_COUNT * 3)
  const put = (index: number, u: number, v: number): void => {
    points[index * 3] = centerX + u * Math.cos(rotation) - v * Math.sin(rotation)
    points[index * 3 + 1] = centerY + u * Math.sin(rotation) + v * Math.cos(rotation)
  }
  for (let index = 0; index < LANDMARK_COUNT; index++) put(index, 0, index % 2 === 0 ? -50 : 50)
  put(EYE_OUTER_CORNER_LEFT, -50, -20)
  put(EYE_OUTER_CORNER_RIGHT, 50, -20)
  return points
}

/** Degrees, 0..360. */
async function rollSeenBy(models: FaceModels): Promise<number> {
  const faces = await searchFaces(models, image, signal)
  expect(faces).toHaveLength(1)
  const { points } = faces[0]!
  const [left, right] = [EYE_OUTER_CORNER_LEFT * 3, EYE_OUTER_CORNER_RIGHT * 3]
  const roll = Math.atan2(points[right + 1]! - points[left + 1]!, points[right]! - points[left]!)
  return (Math.round((roll * 180) / Math.PI) + 360) % 360
}

it('14.18: an upside-down face that looks upright beyond doubt is seen upside down', async () => {
  expect(await rollSeenBy(modelsSeeing([0.8, 0, 0.88, 0]))).toBe(180)
})

it('14.18: an upright face that also looks upside down stays upright', async () => {
  expect(await rollSeenBy(modelsSeeing([0.88, 0, 0.8, 0]))).toBe(0)
})

it('14.18: a face turned by a quarter is seen as turned', async () => {
  expect(await rollSeenBy(modelsSeeing([0.55, 0.9, 0.5, 0]))).toBe(90)
  expect(await rollSeenBy(modelsSeeing([0, 0, 0.5, 0.9]))).toBe(270)
})
