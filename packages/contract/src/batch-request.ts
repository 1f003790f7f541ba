// The body of a batch: a list of requests, and the members that those have in common.
import { z } from 'zod'
import { plainText } from './plain-text.ts'
import { DEFAULT_REQUEST_BOUNDS, type RequestBounds } from './request-bounds.ts'

const NAME_MAX_CHARS = 200

export function batchRequestSchema(
  bounds: Pick<RequestBounds, 'batchMaxItems'> = DEFAULT_REQUEST_BOUNDS,
) {
  const name = plainText(NAME_MAX_CHARS).min(1)
  return z
    .strictObject({
      name: name.nullish().describe('What the batch is called; also the name of its archive.'),
      defaults: z
        .record(z.string(), z.unknown())
        .nullish()
        .describe(
          'Members of a request for every item that does not have them: {"image": ...} for one portrait with many voices.',
        ),
      items: z
        .array(z.looseObject({ name: name.nullish().describe('Part of the name of its video.') }))
        .min(1)
        .max(bounds.batchMaxItems)
        .describe('Requests as for POST /v1/jobs, in JSON, each with an optional name.'),
    })
    .meta({ id: 'BatchRequest' })
}

export type BatchRequest = z.input<ReturnType<typeof batchRequestSchema>>
