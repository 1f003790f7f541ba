import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { generationRequestSchema } from './generation-request.ts'
import { createGenerationRequestParser } from './parse-generation-request.ts'
import { DEFAULT_REQUEST_BOUNDS } from './request-bounds.ts'

const parse = createGenerationRequestParser()
const NAMES = Object.keys(generationRequestSchema(DEFAULT_REQUEST_BOUNDS).shape)

const likelyValue = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom('image', 'video', 'multi', 'single', 'QUJD', 'face', '480p', '9:16', '__proto__'),
  fc.integer({ min: -10, max: 3000 }),
  fc.double(),
  fc.boolean(),
  fc.record(
    {
      url: fc.string(),
      path: fc.string(),
      base64: fc.base64String(),
      speaker: fc.constantFrom('left', 'right', null),
      index: fc.nat(),
      crop: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
)
const likelyBody = fc.dictionary(fc.oneof(fc.constantFrom(...NAMES), fc.string()), likelyValue, {
  maxKeys: 12,
})
const media = fc.record({
  image: fc.constant({ url: 'u' }),
  audio: fc.constantFrom({ path: 'a' }, [{ path: 'a' }, { url: 'b' }]),
})
const nearlyValidBody = fc
  .tuple(media, fc.dictionary(fc.constantFrom(...NAMES), likelyValue, { maxKeys: 2 }))
  .map(([given, others]) => ({ ...given, ...others }))

describe('any JSON at the door', () => {
  it('is either one sound spec or a list of problems, and never an exception', () => {
    const bodies = fc.oneof(
      fc.jsonValue(),
      likelyBody,
      nearlyValidBody,
      likelyBody.map((input) => ({ input })),
    )
    let accepted = 0
    fc.assert(
      fc.property(bodies, (body) => {
        const result = parse(body)
        if (!result.ok) {
          expect(result.problems.length).toBeGreaterThan(0)
          for (const { pointer, message } of result.problems) {
            expect(pointer).toMatch(/^(\/[^/]*)*$/)
            expect(message).toMatch(/\S.*[.?]$/s)
          }
          return
        }
        accepted += 1
        const { size, seed, maxFrames, voices, personCount, prompts } = result.spec
        for (const number of [size?.width, size?.height, seed, maxFrames]) {
          if (number != null) expect(Number.isSafeInteger(number)).toBe(true)
        }
        expect(voices.length).toBe(personCount === 'multi' ? 2 : 1)
        expect(new Set(voices.map(({ speaker }) => speaker)).size).toBe(voices.length)
        expect(prompts.length).toBeGreaterThan(0)
      }),
      { numRuns: 2000 },
    )
    expect(accepted).toBeGreaterThan(50)
  })
})
