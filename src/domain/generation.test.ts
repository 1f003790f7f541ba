import { createGenerationRequestParser } from '@infinitetalk/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PREVIEW_CAPABILITIES } from '../engines/preview/preview-capabilities.ts'
import { checkCapabilities, checkPlanFits } from './capabilities.ts'
import { type AppError, toAppError } from './errors.ts'
import { acceptRequest, planRender } from './generation.ts'
import { DEFAULT_LIMITS } from './limits.ts'

const parse = createGenerationRequestParser(DEFAULT_LIMITS)
const BODY = { image: { path: 'portrait.png' }, audio: { path: 'voice.wav' } }

function errorOf(action: () => unknown): AppError {
  try {
    action()
  } catch (thrown) {
    return toAppError(thrown)
  }
  throw new Error('Nothing was thrown.')
}

function accept(members: object) {
  return acceptRequest(parse({ ...BODY, ...members }))
}

function plan(members: object, ...seconds: readonly number[]) {
  const image = { path: 'image.png', width: 600, height: 800 }
  const voices = seconds.map((length) => ({
    path: 'a.wav',
    pcmPath: 'a.pcm',
    seconds: length,
    channel: null,
    hasSpeech: true,
  }))
  const visual = { kind: 'image', image } as const
  return planRender(accept(members), { visual, voices }, DEFAULT_LIMITS, 7)
}

describe('accepting a request', () => {
  it('gives one error with the first problems as sentences and all of them as a list', () => {
    const error = errorOf(() => accept({ imge: 1, seed: -1, steps: 0, cfg: 99, shift: 'x' }))
    expect(error.code).toBe('invalid_request')
    expect(error.detail).toBe(
      'There is no member "imge". Did you mean "image"? seed must be at least 0. steps must be at least 1. 2 more problems found.',
    )
    expect(error.pointer).toBe('/imge')
    expect(error.meta.errors).toHaveLength(5)
  })

  it('keeps the code when all problems have the same one', () => {
    expect(errorOf(() => accept({ imge: 1, sed: 2 })).code).toBe('unknown_field')
    expect(errorOf(() => acceptRequest(parse({}))).code).toBe('input_missing')
  })
})

describe('what an engine cannot do', () => {
  const check = (members: object) =>
    checkCapabilities(accept(members), 'preview', PREVIEW_CAPABILITIES)

  it('is refused by name, all of it at once', () => {
    const two = { audio: [{ path: 'a' }, { path: 'b' }], steps: 4, loras: [], cfg: 1 }
    const one = { ...PREVIEW_CAPABILITIES, maxSpeakers: 1 }
    const error = errorOf(() => checkCapabilities(accept(two), 'preview', one))
    expect(error.code).toBe('engine_unsupported')
    expect(error.detail).toBe(
      'The preview engine animates one speaker; person_count multi asks for two. The preview engine has no steps, cfg and loras.',
    )
    expect(error.meta).toEqual({
      engine: 'preview',
      unsupported: ['person_count', 'steps', 'cfg', 'loras'],
    })
  })

  it('is refused for the medium', () => {
    const body = { video: { path: 'v.mp4' }, audio: { path: 'a' } }
    const spec = acceptRequest(parse(body))
    expect(() => checkCapabilities(spec, 'preview', PREVIEW_CAPABILITIES)).toThrow(
      expect.objectContaining({
        code: 'engine_unsupported',
        detail: expect.stringContaining('COMFYUI_URL'),
      }),
    )
  })

  it('is told when it changes nothing, and is not when it was not asked for', () => {
    expect(check({ prompt: 'Hello', force_offload: true, seed: 1, label: true })).toEqual([
      'prompt has no effect on the preview engine.',
      'force_offload has no effect on the preview engine.',
    ])
    expect(check({})).toEqual([])
    expect(check({ priority: 'high', metadata: { a: 'b' }, engine: 'preview' })).toEqual([])
  })

  it('is refused for the length and the size once they are known', () => {
    const capabilities = { ...PREVIEW_CAPABILITIES, maxSeconds: 5 }
    expect(() => checkPlanFits(plan({}, 6), 'preview', capabilities)).toThrow(
      expect.objectContaining({ code: 'engine_unsupported', meta: { maxSeconds: 5 } }),
    )
    expect(() => checkPlanFits(plan({ max_frames: 100 }, 6), 'preview', capabilities)).not.toThrow()
    const small = { ...PREVIEW_CAPABILITIES, maxSize: { width: 512, height: 512 } }
    expect(() => checkPlanFits(plan({}, 6), 'preview', small)).toThrow(
      expect.objectContaining({
        code: 'engine_unsupported',
        detail: expect.stringContaining('576'),
      }),
    )
  })
})

describe('planning a render', () => {
  it('decides size, frames, length and seed', () => {
    expect(plan({ face: 1, label: true, fit: 'pad' }, 10)).toMatchObject({
      size: { width: 576, height: 768 },
      fit: 'pad',
      seconds: 10,
      frames: 250,
      seed: 7,
      face: { index: 1, crop: false },
      label: true,
    })
    expect(plan({ seed: 0, width: 650, height: 500 }, 10)).toMatchObject({
      seed: 0,
      size: { width: 640, height: 496 },
    })
  })

  it('lasts as long as the longest voice, or as max_frames allows', () => {
    const two = { audio: [{ path: 'a' }, { path: 'b' }] }
    expect(plan(two, 3, 4.01)).toMatchObject({ seconds: 4.01, frames: 101 })
    expect(plan({ max_frames: 30 }, 10)).toMatchObject({ seconds: 1.2, frames: 30 })
    expect(plan({ max_frames: 300 }, 10)).toMatchObject({ seconds: 10, frames: 250 })
  })

  it('never has more frames than max_frames, nor a frame more or less than the length', () => {
    const caps = fc.option(fc.integer({ min: 1, max: 15_000 }))
    fc.assert(
      fc.property(fc.double({ min: 0.2, max: 600, noNaN: true }), caps, (length, max_frames) => {
        const { frames, seconds } = plan({ max_frames }, length)
        if (max_frames !== null) expect(frames).toBeLessThanOrEqual(max_frames)
        expect(seconds).toBeLessThanOrEqual(length)
        expect(Math.abs(frames / 25 - seconds)).toBeLessThan(1 / 25)
      }),
    )
  })

  it('fault 79: refuses audio that is too short or too long, at its place', () => {
    expect(errorOf(() => plan({}, 0.199))).toMatchObject({
      code: 'audio_too_short',
      detail: 'The audio is 0.1 s long; at least 0.2 s are needed.',
      pointer: '/audio',
    })
    const two = { audio: [{ path: 'a' }, { path: 'b' }] }
    expect(errorOf(() => plan(two, 10, 600.01))).toMatchObject({
      code: 'audio_too_long',
      detail: 'The audio is 600.1 s long; at most 600 s are allowed.',
      pointer: '/audio/1',
    })
  })
})
