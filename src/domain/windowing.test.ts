import { describe, expect, it } from 'vitest'
import { audioFeatureFrames, checkWindowing, numFramesParameter } from './windowing.ts'

it.each([
  [{ windowFrames: 80, motionFrames: 9 }, '/window_frames'],
  [{ windowFrames: 81, motionFrames: 8 }, '/motion_frames'],
  [{ windowFrames: 81, motionFrames: 81 }, '/window_frames'],
])('a windowing of %o is refused with its member', (windowing, pointer) => {
  expect(() => checkWindowing(windowing)).toThrow(
    expect.objectContaining({ code: 'invalid_request', pointer }),
  )
})

describe('frames of an audio', () => {
  it('lose none to the number of frames we ask the sampler for', () => {
    for (let frames = 1; frames <= 5000; frames += 1) {
      const seconds = frames / 25
      const unbounded = audioFeatureFrames(seconds, 1_000_000)
      expect(numFramesParameter(seconds)).toBe(frames + 1)
      expect(audioFeatureFrames(seconds)).toBe(unbounded)
    }
  })

  it('would lose one to the sampler now and then if we asked for exactly as many', () => {
    expect(audioFeatureFrames(29 / 25, 29)).toBe(28)
    expect(audioFeatureFrames(250 / 25, 250)).toBe(250)
  })
})
