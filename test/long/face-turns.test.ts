// Issue 14, 18: a photo taken upside down was animated on the forehead at one size and right at another. Every shipped portrait,
// in every turn, at five sizes.
import { describe, expect, it } from 'vitest'
import { createFaceAnalyser } from '../../src/vision/analyse-faces.ts'
import { rollError, turnedExample } from '../support/face-pictures.ts'

const SIDES = [320, 448, 640, 960, 1280] as const
const analyser = createFaceAnalyser()

describe.each(['portrait.png', 'portrait-2.png', 'portrait-3.png'])('%s', (name) => {
  it.each([0, 90, 180, 270])(
    '14.18: turned by %i degrees is seen as turned, at every size',
    async (degrees) => {
      for (const side of SIDES) {
        const image = await turnedExample(name, { side, degrees })
        const faces = await analyser.analyse(image, new AbortController().signal)
        expect(faces, `${side} pixels`).toMatchObject([{ refusal: null }])
        expect(rollError(faces[0]!.roll, degrees), `${side} pixels`).toBeLessThan(6)
      }
    },
  )
})
