// Turns a form into the equivalent JSON body: uploaded files become media, texts become values.
import { AppError } from '../../domain/errors.ts'
import type { FormPart } from './multipart-form.ts'

/** Part with the whole request as JSON. */
const REQUEST_PART = 'request'
const VOICE_PART = 'audio'
/** Part with the voice of the second speaker. A second part named `audio` has the same meaning. */
const SECOND_VOICE_PART = 'audio_2'
const FILE_PARTS = ['image', 'video', VOICE_PART, SECOND_VOICE_PART]
const MAX_VOICES = 2

/** Members that stay texts even when they look like numbers. */
const TEXT_MEMBER = /^(negative_)?prompt$|^(workflow|scheduler|attention)$|_(url|path|base64)(_2)?$/

/** @throws AppError `request_malformed`, `unknown_field`, `input_ambiguous`, `input_missing` */
export function formToRequest(
  parts: readonly FormPart<{ readonly id: string }>[],
): Record<string, unknown> {
  const body = new Map<string, unknown>()
  const voices: { file_id: string }[] = []
  for (const part of parts) {
    if ('file' in part) {
      if (!FILE_PARTS.includes(part.name)) throw wrongFile(part.name)
      const source = { file_id: part.file.id }
      if (part.name === VOICE_PART) voices.push(source)
      else put(body, part.name, source)
    } else if (part.name === REQUEST_PART) {
      for (const [name, value] of Object.entries(parseRequest(part.text))) put(body, name, value)
    } else put(body, part.name, valueIn(part.name, part.text))
  }
  if (voices.length > MAX_VOICES) throw ambiguous(VOICE_PART)
  if (voices.length > 0) put(body, VOICE_PART, voices.length === 1 ? voices[0] : voices)
  addSecondVoice(body)
  return Object.fromEntries(body)
}

/** In JSON, two voices are a list. */
function addSecondVoice(body: Map<string, unknown>): void {
  if (!body.has(SECOND_VOICE_PART)) return
  const first = body.get(VOICE_PART)
  if (first === undefined) throw noFirstVoice()
  if (Array.isArray(first)) throw ambiguous(SECOND_VOICE_PART)
  body.set(VOICE_PART, [first, body.get(SECOND_VOICE_PART)])
  body.delete(SECOND_VOICE_PART)
}

function noFirstVoice(): AppError {
  const detail = `"${SECOND_VOICE_PART}" is given without "${VOICE_PART}": send both as parts of the form.`
  return new AppError('input_missing', detail, { pointer: `/${VOICE_PART}` })
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

/** `512`, `true` and `{"k": "v"}` are read as JSON; everything else is text. */
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
