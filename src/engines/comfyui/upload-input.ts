// Sends a file into the input folder of ComfyUI. Only ever under a name that this program made up: ComfyUI keeps percent
// escapes, lets ".." out of the subfolder and stumbles over long names.
import { openAsBlob } from 'node:fs'
import { isRecord } from '@infinitetalk/contract/plain'
import { AppError } from '../../domain/errors.ts'
import { FormData } from '../../net/light-request.ts'
import type { OutputFile } from '../../workflow/outputs.ts'
import type { ComfyAddress } from './comfy-address.ts'
import { jsonOf } from './comfy-answers.ts'
import { ask } from './comfy-request.ts'

/** One folder for all: it is easily found and emptied by hand. */
export const INPUT_FOLDER = 'infinitetalk'

export interface InputUpload {
  /** The file to send; null sends an empty one, which is as near as ComfyUI comes to removing what has the name. */
  readonly path: string | null
  /** Letters, digits, `-` and one dot. */
  readonly name: string
  readonly signal: AbortSignal
}

const NAME = /^[a-z0-9][a-z0-9-]{0,99}\.[a-z0-9]{1,5}$/i
/** A slow line still carries this much; beside that, the time of any other request. */
const SLOWEST_BYTES_PER_MS = 128
const FIXED_MS = 60_000

/**
 * @returns how a node names the file, as ComfyUI says it: `infinitetalk/NAME`
 * @throws AppError `input_too_large` above ComfyUI's --max-upload-size, `engine_unreachable`, `engine_failed`, `canceled`
 */
export async function uploadInput(
  address: ComfyAddress,
  { path, name, signal }: InputUpload,
): Promise<string> {
  if (!NAME.test(name)) throw new AppError('internal_error', `"${name}" is no name for an upload.`)
  const content = path === null ? new Blob([]) : await openAsBlob(path)
  const body = new FormData()
  body.set('image', content, name)
  body.set('type', 'input')
  body.set('subfolder', INPUT_FOLDER)
  body.set('overwrite', 'true')
  const timeoutMs = FIXED_MS + Math.ceil(content.size / SLOWEST_BYTES_PER_MS)
  const request = { method: 'POST', path: '/upload/image', body, signal, timeoutMs } as const
  return referenceOf(jsonOf(await ask(address, request)))
}

/**
 * ComfyUI has no way to remove an output either: it is overwritten with an empty file. The form is written by hand, because a render of an
 * hour sends a hundred thousand.
 *
 * @throws AppError as uploadInput()
 */
export async function emptyOutput(
  address: ComfyAddress,
  { filename, subfolder, type }: OutputFile,
  signal: AbortSignal,
): Promise<void> {
  const boundary = `form-${crypto.randomUUID()}`
  const named = filename.replaceAll('"', '%22').replaceAll(/[\r\n]/g, '_')
  const part = (head: string, value: string): string =>
    `--${boundary}\r\ncontent-disposition: form-data; ${head}\r\n\r\n${value}\r\n`
  const body = [
    part(`name="image"; filename="${named}"\r\ncontent-type: application/octet-stream`, ''),
    ...Object.entries({ type, subfolder, overwrite: 'true' }).map(([name, value]) =>
      part(`name="${name}"`, value),
    ),
    `--${boundary}--\r\n`,
  ].join('')
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` }
  const request = { method: 'POST', path: '/upload/image', headers, body, signal } as const
  jsonOf(await ask(address, request))
}

function referenceOf(json: unknown): string {
  const { name, subfolder } = isRecord(json) ? json : {}
  if (typeof name !== 'string' || name === '') {
    throw new AppError('engine_failed', 'ComfyUI took an upload without saying its name.')
  }
  // Windows servers answer with the subfolder as they were given it; a node wants forward slashes everywhere.
  const folder = typeof subfolder === 'string' ? subfolder.replaceAll('\\', '/') : ''
  return folder === '' ? name : `${folder}/${name}`
}
