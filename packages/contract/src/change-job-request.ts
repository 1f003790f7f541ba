// The body of a change to a job: its texts. Everything else about a job is what was accepted.
import { z } from 'zod'
import { METADATA_MAX_CHARS, METADATA_MAX_KEYS } from './metadata-bounds.ts'
import { plainText } from './plain-text.ts'

const text = plainText(METADATA_MAX_CHARS)

export const changeJobRequestSchema = z
  .strictObject({
    metadata: z
      .record(text.min(1), text.nullable())
      .refine((metadata) => Object.keys(metadata).length <= METADATA_MAX_KEYS, {
        error: `must have at most ${METADATA_MAX_KEYS} keys`,
      })
      .describe(
        'Texts to set; null deletes one; the others stay. "title" names the take on the page and its downloaded file.',
      )
      .meta({ maxProperties: METADATA_MAX_KEYS }),
  })
  .meta({ id: 'ChangeJobRequest' })

export type ChangeJobRequest = z.input<typeof changeJobRequestSchema>
