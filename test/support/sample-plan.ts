// The defaults of a plan beside its inputs, for tests and benches that plan by hand.
import { createGenerationRequestParser, DEFAULT_REQUEST_BOUNDS } from '@infinitetalk/contract'
import { acceptRequest, planRender } from '../../src/domain/generation.ts'
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts'
import type { RenderPlan, StagedImage, StagedVoice } from '../../src/domain/plan.ts'

const parse = createGenerationRequestParser(DEFAULT_REQUEST_BOUNDS)

/** The plan of one picture and one voice as `members` of a request ask for it; seed 1. */
export function samplePlan(
  image: StagedImage,
  voice: StagedVoice,
  members: Readonly<Record<string, unknown>> = {},
): RenderPlan {
  const url = 'https://example.com/input'
  const spec = acceptRequest(parse({ image: { url }, audio: { url }, ...members }))
  const visual = { kind: 'image', image } as const
  return planRender(spec, { visual, voices: [voice] }, DEFAULT_LIMITS, 1)
}
