import { describe, expect, it } from 'vitest'
import type { FaceAnalysis } from '../../vision/analyse-faces.ts'
import { chooseSpeakers, type SpeakerPlace } from './choose-speakers.ts'

const PICTURE = { width: 1000, height: 500 }
const anyone = { index: null, crop: false }
const LEFT: SpeakerPlace = { speaker: 'left', box: null }
const RIGHT: SpeakerPlace = { speaker: 'right', box: null }

function face(index: number, x: number, change: Partial<FaceAnalysis> = {}): FaceAnalysis {
  const box = { x, y: 200, width: 100, height: 100 }
  const clear = { detection: 1, mesh: 1, visible: 1, yaw: 0, roll: 0, height: 100, share: 0.1 }
  return { index, box, ...clear, refusal: null, points: new Float32Array(0), ...change }
}

const indices = (faces: readonly FaceAnalysis[]): readonly number[] =>
  faces.map(({ index }) => index)

describe('two voices', () => {
  it('belong to the two largest faces, the left voice to the left one', () => {
    const faces = [face(0, 800), face(1, 100), face(2, 450)]
    expect(indices(chooseSpeakers(faces, [LEFT, RIGHT], anyone, PICTURE))).toEqual([1, 0])
    expect(indices(chooseSpeakers(faces, [RIGHT, LEFT], anyone, PICTURE))).toEqual([0, 1])
  })

  it('belong to the faces in their boxes', () => {
    const faces = [face(0, 800), face(1, 100), face(2, 450)]
    const speakers: SpeakerPlace[] = [
      { speaker: 'left', box: [0.4, 0, 0.2, 1] },
      { speaker: 'right', box: [0.8, 0, 0.2, 1] },
    ]
    expect(indices(chooseSpeakers(faces, speakers, anyone, PICTURE))).toEqual([2, 0])
  })

  it('need two faces that can be animated', () => {
    const faces = [face(0, 800), face(1, 100, { refusal: 'face_not_frontal' })]
    expect(() => chooseSpeakers(faces, [LEFT, RIGHT], anyone, PICTURE)).toThrow(
      'Two people speak, and only one face in the picture can be animated.',
    )
  })

  it('are refused by name when a box holds nobody, or both the same person', () => {
    const faces = [face(0, 800), face(1, 100)]
    const empty: SpeakerPlace = { speaker: 'left', box: [0.4, 0, 0.2, 1] }
    expect(() => chooseSpeakers(faces, [empty, RIGHT], anyone, PICTURE)).toThrow(
      expect.objectContaining({ code: 'invalid_request', pointer: '/audio/0/box' }),
    )
    const everybody: SpeakerPlace = { speaker: 'left', box: [0, 0, 1, 1] }
    expect(() => chooseSpeakers(faces, [everybody, everybody], anyone, PICTURE)).toThrow(
      'Both voices belong to the same face',
    )
  })
})

it('one voice belongs to the chosen face', () => {
  const faces = [face(0, 800), face(1, 100)]
  const choice = { index: 1, crop: false }
  expect(indices(chooseSpeakers(faces, [LEFT], choice, PICTURE))).toEqual([1])
})
