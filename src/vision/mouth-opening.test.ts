import { expect, it } from 'vitest'
import { example } from '../../test/support/face-pictures.ts'
import { createFaceAnalyser } from './analyse-faces.ts'
import { INNER_LIP_BOTTOM, INNER_LIP_TOP } from './landmarks.ts'
import { mouthOpening, warnOfOpenMouth } from './mouth-opening.ts'

it('14.20: a wide open mouth gives a warning; a shut mouth and a smile do not', async () => {
  const image = await example('portrait.png')
  const [face] = await createFaceAnalyser().analyse(image, new AbortController().signal)
  const { points } = face!
  expect(mouthOpening(points)).toBeLessThan(0.1)
  expect(warnOfOpenMouth(points)).toBeNull()
  const opened = (pixels: number): Float32Array => {
    const copy = points.slice()
    copy[INNER_LIP_TOP * 3 + 1]! -= pixels / 2
    copy[INNER_LIP_BOTTOM * 3 + 1]! += pixels / 2
    return copy
  }
  expect(warnOfOpenMouth(opened(25))).toBeNull()
  expect(warnOfOpenMouth(opened(75))).toContain('wide open')
})
