// Reads a multipart form part by part: files go straight to the store, texts are short. Busboy splits the parts; bodyChunks
// checks the size, speed and completeness of the whole body.
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy'
import { AppError, toAppError } from '../../domain/errors.ts'
import { type BodyRules, bodyChunks } from './body-chunks.ts'
import { mediaTypeOf } from './json-body.ts'

/** A request has about fifty members. */
const MAX_PARTS = 64
const MAX_NAME_CHARS = 100
const MAX_PART_HEADER_BYTES = 8192
const MAX_TEXT_BYTES = 1_000_000

export interface FilePart {
  readonly content: Readable
  readonly contentType: string | null
  /** File name without folders. */
  readonly filename: string | null
}

export type FormPart<File> =
  | { readonly name: string; readonly text: string }
  | { readonly name: string; readonly file: File }

export interface FormRules<File> extends BodyRules {
  /** Reads the part to its end. */
  receive(part: FilePart, signal: AbortSignal): Promise<File>
}

export function isMultipart(request: IncomingMessage): boolean {
  return mediaTypeOf(request) === 'multipart/form-data'
}

/**
 * The parts in their order. `onFile` gets each received file, even if the form fails later.
 *
 * @throws AppError `request_malformed`, `invalid_request`, those of `bodyChunks` and of `receive`
 */
export async function readForm<File>(
  request: IncomingMessage,
  rules: FormRules<File>,
  onFile: (file: File) => void,
): Promise<readonly FormPart<File>[]> {
  const form = createParser(request)
  const parts: FormPart<File>[] = []
  const files: Promise<void>[] = []
  const open = new Set<BusboyFileStream>()
  const failed = new AbortController()
  const fail = (thrown: unknown): void => {
    if (failed.signal.aborted) return
    failed.abort(thrown)
    form.destroy(toAppError(thrown))
    for (const stream of open) stream.destroy(toAppError(thrown))
  }
  form.on('file', (name, content, filename, _encoding, contentType) => {
    open.add(content)
    content.once('close', () => open.delete(content))
    // The reader gets its errors. Without a reader, an error must not end the process.
    content.on('error', () => {})
    const index = parts.length
    files.push(
      (async () => {
        checkName(name, false)
        const part = { content, contentType, filename: filename || null }
        const file = await rules.receive(part, failed.signal)
        onFile(file)
        parts[index] = { name, file }
      })().catch(fail),
    )
    parts.push({ name, text: '' })
  })
  form.on('field', (name, text, nameTruncated, textTruncated) => {
    try {
      checkName(name, nameTruncated)
      if (textTruncated) throw tooLong(name)
      parts.push({ name, text })
    } catch (error) {
      fail(error)
    }
  })
  for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit']) {
    form.on(limit, () => fail(malformed(`The form has more than ${MAX_PARTS} parts.`)))
  }
  try {
    await pipeline(Readable.from(bodyChunks(request, rules), { objectMode: false }), form)
  } catch (thrown) {
    fail(
      thrown instanceof AppError
        ? thrown
        : malformed('The form ends before its last boundary.', thrown),
    )
  }
  await Promise.all(files)
  if (failed.signal.aborted) throw failed.signal.reason
  return parts
}

function createParser(request: IncomingMessage): BusboyInstance {
  const { 'content-type': contentType = '' } = request.headers
  try {
    return new Busboy({
      headers: { ...request.headers, 'content-type': contentType },
      limits: {
        parts: MAX_PARTS,
        headerSize: MAX_PART_HEADER_BYTES,
        headerPairs: 16,
        fieldSize: MAX_TEXT_BYTES,
      },
    })
  } catch (cause) {
    throw malformed('The form has no boundary.', cause)
  }
}

function checkName(name: string | undefined, truncated: boolean): void {
  if (name !== undefined && name !== '' && name.length <= MAX_NAME_CHARS && !truncated) return
  throw malformed(`A part has no name or a name of more than ${MAX_NAME_CHARS} characters.`)
}

function tooLong(name: string): AppError {
  const detail = `The part "${name}" has more than ${MAX_TEXT_BYTES} bytes; send it as a file.`
  return new AppError('input_too_large', detail)
}

function malformed(why: string, cause?: unknown): AppError {
  return new AppError('request_malformed', `The multipart form cannot be read. ${why}`, { cause })
}
