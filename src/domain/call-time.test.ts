// The length of video that an endpoint of ten minutes can make: the figures of the guide, and that a measurement replaces them.
import { createGenerationRequestParser, type GenerationSpec } from '@infinitetalk/contract'
import { describe, expect, it } from 'vitest'
import { callTime } from './call-time.ts'
import { acceptRequest } from './generation.ts'

const parse = createGenerationRequestParser()

function spec(members: Readonly<Record<string, unknown>> = {}): GenerationSpec {
  const media = { image: { path: '/face.png' }, audio: { path: '/voice.wav' } }
  return acceptRequest(parse({ ...media, ...members }))
}

describe('the time of a call', () => {
  it.each([
    [60.8, 21, 600, 1800],
    [60.9, 22, 629, 1886],
    [20.5, 7, 200, 600],
    [3.24, 1, 29, 86],
  ])('of %f s of voice', (seconds, windows, fastest, slower) => {
    const time = callTime(spec(), seconds, null)
    expect(time.windows).toBe(windows)
    expect(Math.round(time.seconds)).toBe(fastest)
    expect(Math.round(time.slowerSeconds)).toBe(slower)
  })

  it('goes with the pixels, the steps and the frames', () => {
    const plain = callTime(spec(), 60, null).seconds
    expect(callTime(spec({ width: 1024, height: 512 }), 60, null).seconds).toBeCloseTo(plain * 2)
    expect(callTime(spec({ steps: 12 }), 60, null).seconds).toBeCloseTo(plain * 2)
    expect(callTime(spec({ max_frames: 81 }), 60, null).seconds).toBeCloseTo(plain / 21)
  })

  it('is what was measured, and nothing else, where it was', () => {
    const asked = spec({ width: 1024, height: 1024, steps: 40 })
    expect(callTime(asked, 60, 2.5)).toEqual({ windows: 21, seconds: 52.5, slowerSeconds: 52.5 })
  })
})
