import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import {
  drawing,
  example,
  examplePath,
  halfHiddenPortrait,
  noise,
  rollError,
  smallFace,
  toRgbImage,
  turnedExample,
  turnHead,
} from '../../test/support/face-pictures.ts'
import { createFaceAnalyser } from './analyse-faces.ts'
import { LANDMARK_COUNT } from './landmarks.ts'

const PORTRAITS = ['portrait.png', 'portrait-2.png', 'portrait-3.png']
const analyser = createFaceAnalyser()
const { signal } = new AbortController()

describe('a frontal portrait', () => {
  it.each(PORTRAITS)('%s has one face, beyond doubt', async (name) => {
    const faces = await analyser.analyse(await example(name), signal)

    expect(faces).toHaveLength(1)
    const [face] = faces
    expect(face).toMatchObject({ index: 0, refusal: null })
    expect(face!.detection).toBeGreaterThan(0.8)
    expect(face!.mesh).toBeGreaterThan(0.998)
    expect(Math.abs(face!.yaw)).toBeLessThan(5)
    expect(Math.abs(face!.roll)).toBeLessThan(5)
    expect(face!.points).toHaveLength(LANDMARK_COUNT * 3)
  })

  it('has its mesh on the face', async () => {
    const [face] = await analyser.analyse(await example('portrait.png'), signal)
    const pointAt = (index: number) => [...face!.points.subarray(index * 3, index * 3 + 2)]
    const drawn: Record<string, [number, [number, number]]> = {
      'outer corner of the left eye': [33, [262, 358]],
      'outer corner of the right eye': [263, [507, 358]],
      'left corner of the mouth': [61, [322, 528]],
      'right corner of the mouth': [291, [446, 528]],
      chin: [152, [384, 605]],
    }
    for (const [part, [index, [x, y]]] of Object.entries(drawn)) {
      const [foundX, foundY] = pointAt(index)
      expect(Math.hypot(foundX! - x, foundY! - y), part).toBeLessThan(face!.height * 0.05)
    }
  })
})

describe('a head that is turned a little', () => {
  it("has a positive yaw to the picture's right, a negative one to its left", async () => {
    const portrait = await example('portrait.png')
    const [right] = await analyser.analyse(turnHead(portrait, 35), signal)
    const [left] = await analyser.analyse(turnHead(portrait, -35), signal)
    expect(right!.yaw).toBeGreaterThan(8)
    expect(left!.yaw).toBeLessThan(-8)
    expect([right!.refusal, left!.refusal]).toEqual([null, null])
  })
})

describe('a picture that is not upright', () => {
  const turns = PORTRAITS.flatMap((name) => [90, 180, 270].map((degrees) => ({ name, degrees })))

  it.each(turns)('$name turned by $degrees is seen as turned, not as upright', async (turn) => {
    const picture = sharp(examplePath(turn.name)).rotate(turn.degrees)
    const faces = await analyser.analyse(await toRgbImage(picture), signal)

    expect(faces).toHaveLength(1)
    expect(faces[0]!.refusal).toBeNull()
    expect(rollError(faces[0]!.roll, turn.degrees)).toBeLessThan(6)
  })

  // Every portrait in every turn and size: test/long/face-turns.test.ts.
  it.each([
    { name: 'portrait.png', side: 1280, degrees: 180 },
    { name: 'portrait-2.png', side: 448, degrees: 90 },
    { name: 'portrait-3.png', side: 320, degrees: 180 },
    { name: 'portrait.png', side: 320, degrees: 270 },
  ])('14.18: $name of $side pixels turned by $degrees is seen as turned', async (turn) => {
    const faces = await analyser.analyse(await turnedExample(turn.name, turn), signal)
    expect(faces).toMatchObject([{ refusal: null }])
    expect(rollError(faces[0]!.roll, turn.degrees)).toBeLessThan(6)
  })
})

describe('several faces', () => {
  it('are all found, largest first', async () => {
    const faces = await analyser.analyse(await example('two-people.png'), signal)

    expect(faces.map(({ index, refusal }) => ({ index, refusal }))).toEqual([
      { index: 0, refusal: null },
      { index: 1, refusal: null },
    ])
    const [first, second] = faces.map(({ box }) => box.width * box.height)
    expect(first!).toBeGreaterThanOrEqual(second!)
    const centers = faces.map(({ box }) => box.x + box.width / 2).toSorted((a, b) => a - b)
    expect(centers[0]).toBeLessThan(640)
    expect(centers[1]).toBeGreaterThan(640)
  })
})

describe('a picture without a human face', () => {
  it.each(['blank wall', 'apple', 'cat'] as const)('%s: nothing is found', async (name) => {
    expect(await analyser.analyse(await drawing(name), signal)).toEqual([])
  })

  it('noise: nothing is found', async () => {
    expect(await analyser.analyse(noise(512), signal)).toEqual([])
  })
})

describe('a face that cannot be animated', () => {
  it('is reported as turned away when only one cheek shows', async () => {
    const [face] = await analyser.analyse(await halfHiddenPortrait(), signal)
    expect(face).toMatchObject({ refusal: 'face_not_frontal' })
  })

  it.each([0, 384])('is reported as cut off when the picture ends in its middle', async (left) => {
    const half = { left, top: 0, width: 384, height: 768 }
    const picture = sharp(examplePath('portrait.png')).extract(half)
    const [face] = await analyser.analyse(await toRgbImage(picture), signal)
    expect(face).toMatchObject({ refusal: 'face_cut_off' })
  })

  it('is found in a tile and reported as too small when it has too few pixels', async () => {
    const [face] = await analyser.analyse(await smallFace(36, 640), signal)
    expect(face).toMatchObject({ refusal: 'face_too_small' })
    expect(face!.height).toBeLessThan(48)
  })

  it('is reported as too small when it is tiny in a large picture', async () => {
    const [face] = await analyser.analyse(await smallFace(56, 1280), signal)
    expect(face).toMatchObject({ refusal: 'face_too_small' })
    expect(face!.height).toBeGreaterThan(48)
    expect(face!.share).toBeLessThan(0.05)
  })

  it('14.20: is reported as too small in the corner of a large picture too', async () => {
    const picture = await smallFace(60, 1280, 'southeast')
    expect(await analyser.analyse(picture, signal)).toMatchObject([{ refusal: 'face_too_small' }])
  })
})

describe('the analyser', () => {
  it('stops when it is aborted', async () => {
    const controller = new AbortController()
    const analysis = analyser.analyse(await example('two-people.png'), controller.signal)
    controller.abort()
    await expect(analysis).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('gives the same numbers to callers at the same time', async () => {
    const image = await example('portrait-2.png')
    const together = await Promise.all([1, 2].map(() => analyser.analyse(image, signal)))
    expect(together[0]).toEqual(together[1])
  })
})
