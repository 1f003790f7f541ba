// One operation of the HTTP API as data. The server routes by it, the OpenAPI document and the reference are made of it, so
// that none of them can say what another does not do.
import type { z } from 'zod'

export const API_TAGS = ['jobs', 'files', 'simple', 'beam', 'runpod', 'hub'] as const
export type ApiTag = (typeof API_TAGS)[number]

/** What is sent as bytes: nothing of it is described but its media type. */
export const BYTES = 'bytes'

export interface ApiContent {
  readonly schema: z.ZodType | typeof BYTES
  readonly example?: unknown
}

/** By media type. */
export type ApiContents = Readonly<Record<string, ApiContent>>

export interface ApiResponse {
  readonly description: string
  /** What each header says, by its name. */
  readonly headers?: Readonly<Record<string, string>>
  readonly content?: ApiContents
}

export interface ApiOperation<Query extends z.ZodObject = z.ZodObject> {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  /** As OpenAPI writes it, e.g. `/v1/jobs/{job_id}`. */
  readonly path: string
  readonly tag: ApiTag
  readonly summary: string
  readonly description?: string
  /** Needs no API key. */
  readonly open?: boolean
  /** A signed link may stand in for the key. */
  readonly linkable?: boolean
  readonly query: Query
  /** Headers of the request that mean something here, by name. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: { readonly required: boolean; readonly content: ApiContents }
  /** By status, without the problems that any operation may answer with. */
  readonly responses: Readonly<Record<number, ApiResponse>>
}

/** Keeps the type of the query, which `satisfies` alone would lose. */
export function operation<const Query extends z.ZodObject>(
  definition: ApiOperation<Query>,
): ApiOperation<Query> {
  return definition
}

export function jsonContent(schema: z.ZodType, example: unknown): ApiContents {
  return { 'application/json': { schema, example } }
}

export function bytesContent(type: string): ApiContents {
  return { [type]: { schema: BYTES } }
}
