// One operation of the HTTP API as data. The server routes by it, and the OpenAPI document and the reference are made of it, so
// they cannot disagree.
import type { z } from 'zod'

export const API_TAGS = [
  'jobs',
  'batches',
  'files',
  'simple',
  'beam',
  'runpod',
  'webhooks',
  'hub',
] as const
export type ApiTag = (typeof API_TAGS)[number]

/** Stands for a schema where a body is bytes: only its media type is described. */
export const BYTES = 'bytes'

export interface ApiContent {
  readonly schema: z.ZodType | typeof BYTES
  readonly example?: unknown
}

/** By media type. */
export type ApiContents = Readonly<Record<string, ApiContent>>

export interface ApiResponse {
  readonly description: string
  /** The meaning of each header, by name. */
  readonly headers?: Readonly<Record<string, string>>
  readonly content?: ApiContents
}

export interface ApiOperation<Query extends z.ZodObject = z.ZodObject> {
  readonly method: 'GET' | 'HEAD' | 'OPTIONS' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** As OpenAPI writes it, e.g. `/v1/jobs/{job_id}`. */
  readonly path: string
  /** Other paths of the same operation, by the operationId that each has in the OpenAPI document, where ids are unique. */
  readonly aliases?: Readonly<Record<string, string>>
  readonly tag: ApiTag
  readonly summary: string
  readonly description: string
  /** Needs no API key. */
  readonly open?: boolean
  /** Needs an admin key, where keys are needed: the answer concerns all of them. */
  readonly admin?: boolean
  /** Accepts a signed link instead of the key. */
  readonly linkable?: boolean
  readonly query: Query
  /** The meaning of each header of the request, by name. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: { readonly required: boolean; readonly content: ApiContents }
  /** By status, without the problems that are common to all operations. */
  readonly responses: Readonly<Record<number, ApiResponse>>
}

/** Keeps the type of the query, which `satisfies` would lose. */
export function operation<const Query extends z.ZodObject>(
  definition: ApiOperation<Query>,
): ApiOperation<Query> {
  return definition
}

export function pathsOf({ path, aliases = {} }: ApiOperation): readonly string[] {
  return [path, ...Object.values(aliases)]
}

export function jsonContent(schema: z.ZodType, example: unknown): ApiContents {
  return { 'application/json': { schema, example } }
}

export function bytesContent(type: string): ApiContents {
  return { [type]: { schema: BYTES } }
}
