import { describe, expect, it } from 'vitest'
import type { FaceAnalysis } from './analyse-faces.ts'
import { chooseFace } from './choose-face.ts'

const FRONTAL: FaceAnalysis = {
  index: 0,
  box: { x: 100, y: 100, width: 200, height: 260 },
  detection: 0.9,
  mesh: 0.9999,
  yaw: 2,
  roll: 0,
  refusal: null,
  points: new Float32Array(0),
  visible: 1,
  height: 240,
  share: 0.33,
}
const PROFILE: FaceAnalysis = { ...FRONTAL, yaw: -48.2, refusal: 'face_not_frontal' }
const HALF: FaceAnalysis = { ...FRONTAL, visible: 0.704, refusal: 'face_cut_off' }
const VAGUE: FaceAnalysis = { ...FRONTAL, mesh: 0.6289, refusal: 'no_face_found' }
const COARSE: FaceAnalysis = { ...FRONTAL, height: 31.8, share: 0.2, refusal: 'face_too_small' }
const DISTANT: FaceAnalysis = { ...FRONTAL, height: 56, share: 0.0437, refusal: 'face_too_small' }

const ANY = { index: null, crop: false }

describe('without a number', () => {
  it('the largest face is chosen', () => {
    expect(chooseFace([FRONTAL, { ...FRONTAL, index: 1 }], ANY).index).toBe(0)
  })

  it('the next face is chosen when the largest cannot be animated', () => {
    expect(chooseFace([PROFILE, { ...FRONTAL, index: 1 }], ANY).index).toBe(1)
  })
})

describe('with a number', () => {
  it('that face is chosen', () => {
    expect(chooseFace([FRONTAL, { ...FRONTAL, index: 1 }], { ...ANY, index: 1 }).index).toBe(1)
  })

  it('a rejected face is an error, and no other face is chosen', () => {
    const faces = [PROFILE, { ...FRONTAL, index: 1 }]
    expect(() => chooseFace(faces, { ...ANY, index: 0 })).toThrow(/turned by 48 degrees/)
  })

  it.each([
    { faces: [FRONTAL], detail: 'There is no face 2: the picture has only face 0.' },
    {
      faces: [FRONTAL, { ...FRONTAL, index: 1 }],
      detail: 'There is no face 2: the picture has faces 0 to 1.',
    },
  ])('that is not listed: $detail', ({ faces, detail }) => {
    expect(() => chooseFace(faces, { ...ANY, index: 2 })).toThrow(
      expect.objectContaining({ code: 'face_not_listed', detail }),
    )
  })

  it('and no face at all, the error names the picture, not the number', () => {
    expect(() => chooseFace([], { ...ANY, index: 2 })).toThrow(
      expect.objectContaining({ code: 'no_face_found' }),
    )
  })
})

describe('the reason', () => {
  it.each([
    { faces: [], code: 'no_face_found', says: 'There is no human face in the picture.' },
    { faces: [VAGUE], code: 'no_face_found', says: 'the best candidate has mesh score 0.62' },
    { faces: [PROFILE], code: 'face_not_frontal', says: 'turned by 48 degrees; at most 32' },
    { faces: [HALF], code: 'face_cut_off', says: 'About 30 % of face 0 lie outside the picture.' },
    { faces: [COARSE], code: 'face_too_small', says: 'is 31 pixels high' },
    { faces: [DISTANT], code: 'face_too_small', says: "takes 4.37 % of the picture's longer side" },
    { faces: [VAGUE, { ...PROFILE, index: 1 }], code: 'face_not_frontal', says: 'Face 1' },
  ])('$code: $says', ({ faces, code, says }) => {
    expect(() => chooseFace(faces, ANY)).toThrow(
      expect.objectContaining({ code, detail: expect.stringContaining(says) }),
    )
  })
})

describe('cropping to the face', () => {
  it('makes a distant face usable', () => {
    expect(chooseFace([DISTANT], { index: null, crop: true })).toBe(DISTANT)
  })

  it('does not add pixels to a coarse one', () => {
    expect(() => chooseFace([COARSE], { index: null, crop: true })).toThrow(/31 pixels/)
  })
})
