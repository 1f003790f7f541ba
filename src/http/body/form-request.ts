// A form as the JSON body that it stands for: uploaded files in the places of the media, texts as the values that they spell.
import { AppError } from '../../domain/errors.ts'
import type { FormPart } from './multipart-form.ts'

/** The part that may hold the whole request as JSON. */
const REQUEST_PART = 'request'
const FILE_PARTS = ['image', 'video', 'audio']
const MAX_VOICES = 2

/** Members that are texts even when they look like numbers. */
const TEXT_MEMBER = /^(negative_)?prompt$|^(workflow|scheduler|attention)$|_(url|path|base64)(_2)?$/

/** @throws AppError `request_malformed`, `unknown_field`, `input_ambiguous` */
export function formToRequest(
  parts: readonly FormPart<{ readonly id: string }>[],
): Record<string, unknown> {
  const body = new Map<string, unknown>()
  const voices: { file_id: string }[] = []
  for (const part of parts) {
    if ('file' in part) {
      const source = { file_id: part.file.id }
      if (part.name === 'audio') voices.push(source)
      else if (part.name === REQUEST_PART) throw wrongFile(part.name)
      else put(body, part.name, source)
      if (!FILE_PARTS.includes(part.name)) throw wrongFile(part.name)
    } else if (part.name === REQUEST_PART) {
      for (const [name, value] of Object.entries(parseRequest(part.text))) put(body, name, value)
    } else put(body, part.name, valueIn(part.name, part.text))
  }
  if (voices.length > MAX_VOICES) throw ambiguous('audio')
  if (voices.length > 0) put(body, 'audio', voices.length === 1 ? voices[0] : voices)
  return Object.fromEntries(body)
}

function put(body: Map<string, unknown>, name: string, value: unknown): void {
  if (body.has(name)) throw ambiguous(name)
  body.set(name, value)
}

function parseRequest(text: string): Record<string, unknown> {
  const value = parsed(text)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>
  }
  throw new AppError('request_malformed', `The part "${REQUEST_PART}" must be a JSON object.`)
}

/** `512`, `true`, `{"k": "v"}` mean what they mean in JSON; anything else is a text. */
function valueIn(name: string, text: string): unknown {
  if (TEXT_MEMBER.test(name)) return text
  const value = parsed(text)
  return value === undefined ? text : value
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function ambiguous(name: string): AppError {
  return new AppError('input_ambiguous', `"${name}" is given more than once.`, {
    pointer: `/${name}`,
  })
}

function wrongFile(name: string): AppError {
  const detail = `There is no file "${name}": files are ${FILE_PARTS.join(', ')}.`
  return new AppError('unknown_field', detail, { pointer: `/${name}` })
}
