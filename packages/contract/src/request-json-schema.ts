// The request as JSON Schema 2020-12, for OpenAPI, documentation and other languages.
import { z } from 'zod'
import { generationRequestSchema } from './generation-request.ts'
import { DEFAULT_REQUEST_BOUNDS, type RequestBounds } from './request-bounds.ts'

export type JsonSchema = z.core.JSONSchema.BaseSchema

/** Describes single members. Rules between members are in their descriptions, and the parser checks them. */
export function generationRequestJsonSchema(
  bounds: RequestBounds = DEFAULT_REQUEST_BOUNDS,
): JsonSchema {
  return z.toJSONSchema(generationRequestSchema(bounds), { io: 'input' })
}
