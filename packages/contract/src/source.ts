// Where one medium comes from. On the wire an object with exactly one of `path`, `url`, `base64`, `file_id`.
import { z } from 'zod'
import { plainText } from './plain-text.ts'
import type { RequestBounds } from './request-bounds.ts'

export type Source =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'base64'; readonly base64: string }
  | { readonly kind: 'file'; readonly fileId: string }

export type SourceKind = Source['kind']

/** Linux's PATH_MAX. */
const PATH_MAX_CHARS = 4096
/** Presigned URLs of object stores have about 2,000 characters; servers read no more than this. */
const URL_MAX_CHARS = 8192

/** Wire name of each form, in the order of the simple API's precedence. */
export const SOURCE_FORMS = ['path', 'url', 'base64', 'file_id'] as const
export type SourceForm = (typeof SOURCE_FORMS)[number]

export function sourceFormSchemas(bounds: RequestBounds) {
  return {
    path: plainText(PATH_MAX_CHARS)
      .min(1)
      .describe('Path of a file on the server, inside an allowed folder.'),
    url: plainText(URL_MAX_CHARS)
      .min(1)
      .describe('An http or https URL, which the server fetches.'),
    base64: z.string().meta({
      description: `Content of the file as base64 or a data URI, at most ${bounds.base64MaxBytes} bytes decoded.`,
      contentEncoding: 'base64',
    }),
    file_id: z
      .string()
      .regex(/^file_[A-Za-z0-9-]{1,64}$/)
      .describe('Id of an uploaded file.'),
  } satisfies Record<SourceForm, z.ZodString>
}

/** For JSON Schema: a source has exactly one of the forms; a voice may also be a text. */
export const ONE_FORM = { oneOf: SOURCE_FORMS.map((form) => ({ required: [form] })) }
export const ONE_VOICE_FORM = {
  oneOf: [...SOURCE_FORMS, 'text'].map((form) => ({ required: [form] })),
}

export function toSource(form: SourceForm, value: string): Source {
  switch (form) {
    case 'path':
      return { kind: 'path', path: value }
    case 'url':
      return { kind: 'url', url: value }
    case 'base64':
      return { kind: 'base64', base64: value }
    case 'file_id':
      return { kind: 'file', fileId: value }
  }
}
