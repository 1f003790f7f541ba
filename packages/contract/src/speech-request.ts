// The body of a request for the sound of a text, which the page plays before it makes a job of it.
import { z } from 'zod'
import { plainText } from './plain-text.ts'

/** About three minutes: enough to hear how a voice says it. */
const TEXT_MAX_CHARS = 3000
const VOICE_MAX_CHARS = 255

export const speechRequestSchema = z
  .strictObject({
    text: plainText(TEXT_MAX_CHARS)
      .min(1)
      .describe('Words; lines that begin with A: and B: are two speakers.'),
    voice: plainText(VOICE_MAX_CHARS)
      .min(1)
      .nullish()
      .describe('Voice as the speech server or program names it.'),
    voice_2: plainText(VOICE_MAX_CHARS)
      .min(1)
      .nullish()
      .describe('Voice of the speaker B. Default: that of A.'),
    language: z
      .string()
      .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/, 'must be a language tag such as "en-US"')
      .nullish()
      .describe('Language of the text, e.g. "en-US".'),
  })
  .meta({ id: 'SpeechRequest' })

export type SpeechRequest = z.input<typeof speechRequestSchema>
