// The body of a retake: where it begins, and what is different from there on.
import { z } from 'zod'
import { MAX_ENTRIES } from './breadth.ts'
import { plainText } from './plain-text.ts'
import { DEFAULT_REQUEST_BOUNDS, type RequestBounds } from './request-bounds.ts'

export function retakeJobRequestSchema(
  bounds: Pick<RequestBounds, 'promptMaxChars'> = DEFAULT_REQUEST_BOUNDS,
) {
  const prompt = plainText(bounds.promptMaxChars)
  return z
    .strictObject({
      from_s: z
        .number()
        .min(0)
        .describe(
          'Seconds from the start. The window that shows this moment is the first new one.',
        ),
      seed: z.int().min(0).nullish().describe('Seed of the new windows. Default: a new one.'),
      prompt: z
        .union([prompt, z.array(prompt).min(1).max(MAX_ENTRIES)])
        .nullish()
        .describe('Prompt of the new windows, or a list with one prompt per window of the video.'),
      steps: z.int().min(1).max(100).nullish().describe('Sampling steps per new window.'),
    })
    .meta({ id: 'RetakeJobRequest' })
}

export type RetakeJobRequest = z.input<ReturnType<typeof retakeJobRequestSchema>>
