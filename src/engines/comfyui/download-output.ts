// Fetches a file that ComfyUI made, streamed to disk. A broken connection is taken up again where it broke; what has another
// length than was said, or is another file by now, never passes for whole.
import { type FileHandle, open as openFile } from 'node:fs/promises'
import { pause } from '../../async/pause.ts'
import { AppError, toAppError } from '../../domain/errors.ts'
import type { OutputFile } from '../../workflow/outputs.ts'
import type { ComfyAddress } from './comfy-address.ts'
import { open, toRequestError } from './comfy-request.ts'
import { explainAnswer } from './explain-answer.ts'

export interface OutputDownload {
  readonly file: OutputFile
  readonly toPath: string
  readonly maxBytes: number
  readonly signal: AbortSignal
  readonly onProgress?: (receivedBytes: number, totalBytes: number | null) => void
  readonly times?: DownloadTimes
}

export interface DownloadTimes {
  /** Without a byte for so long the connection counts as broken. */
  readonly idleMs: number
  /** Before a broken connection is taken up again. */
  readonly retryMs: number
}

const TIMES: DownloadTimes = { idleMs: 30_000, retryMs: 1000 }
/** Broken connections in a row that brought nothing. */
const MAX_FRUITLESS = 5
const HEAD_MS = 20_000

/** What is known of the file after the first answer. */
interface Part {
  readonly handle: FileHandle
  received: number
  /** null when the server does not say it. */
  total: number | null
  etag: string | null
}

/**
 * @returns the length; 0 when the file is empty, which is for the caller to judge
 * @throws AppError `output_missing` when ComfyUI does not have the file, `output_invalid` above `maxBytes`,
 *   `engine_unreachable`, `disk_full`, `canceled`
 */
export async function downloadOutput(
  address: ComfyAddress,
  download: OutputDownload,
): Promise<{ readonly bytes: number }> {
  const { toPath, signal, times = TIMES } = download
  await using handle = await openFile(toPath, 'w')
  const part: Part = { handle, received: 0, total: null, etag: null }
  for (let fruitless = 0; ; ) {
    const before = part.received
    try {
      await receive(address, download, part)
      return { bytes: part.received }
    } catch (thrown) {
      const error = toAppError(thrown)
      fruitless = part.received > before ? 0 : fruitless + 1
      if (error.code !== 'engine_unreachable' || fruitless >= MAX_FRUITLESS) throw error
      await pause(times.retryMs, signal).catch(() => {})
    }
  }
}

/**
 * What the file has by now, without fetching it; null when the server does not say.
 *
 * @throws AppError `engine_unreachable`, `canceled`
 */
export async function outputBytes(
  address: ComfyAddress,
  file: OutputFile,
  signal: AbortSignal,
): Promise<number | null> {
  const request = { method: 'HEAD', path: viewPath(file), signal } as const
  const headers = { 'accept-encoding': 'identity' }
  try {
    const both = AbortSignal.any([signal, AbortSignal.timeout(HEAD_MS)])
    const response = await open(address, { ...request, headers }, both)
    const length = response.headers.get('content-length')
    return response.status === 200 && length !== null ? Number(length) : null
  } catch (thrown) {
    throw toRequestError(thrown, address, request)
  }
}

/** From where the part ends to the end of the file; returns when it is whole. */
async function receive(
  address: ComfyAddress,
  { file, maxBytes, signal, onProgress, times = TIMES }: OutputDownload,
  part: Part,
): Promise<void> {
  const path = viewPath(file)
  const idle = new AbortController()
  const silence = () => idle.abort(new DOMException('No byte came.', 'TimeoutError'))
  const timer = setTimeout(silence, times.idleMs)
  try {
    const both = AbortSignal.any([signal, idle.signal])
    const response = await open(address, { path, headers: rangeOf(part), signal }, both)
    await readHead(response, file, part)
    for await (const chunk of response.body ?? []) {
      timer.refresh()
      part.received += await append(part, chunk, maxBytes)
      onProgress?.(part.received, part.total)
    }
  } catch (thrown) {
    // An error of the disk is no broken connection.
    if (thrown instanceof Error && 'syscall' in thrown && thrown.syscall === 'write') throw thrown
    throw toRequestError(thrown, address, { path, signal })
  } finally {
    clearTimeout(timer)
  }
  if (part.total !== null && part.received !== part.total) {
    const detail = `The download of ${file.filename} ended after ${part.received} of ${part.total} bytes.`
    throw new AppError('engine_unreachable', detail)
  }
}

/** Of a file that changed in between nothing may be kept: If-Range has the server send all of it then. */
function rangeOf({ received, etag }: Part): Readonly<Record<string, string>> {
  const plain = { 'accept-encoding': 'identity' }
  if (received === 0 || etag === null) return plain
  return { ...plain, range: `bytes=${received}-`, 'if-range': etag }
}

async function readHead(response: Response, file: OutputFile, part: Part): Promise<void> {
  const { status, headers } = response
  if (status !== 200 && status !== 206) {
    await response.body?.cancel()
    if (status === 404) {
      const detail = `ComfyUI does not have the file ${file.filename} that it says it made.`
      throw new AppError('output_missing', detail)
    }
    throw explainAnswer(status, headers.get('content-type'), '')
  }
  if (/html/i.test(headers.get('content-type') ?? '')) {
    await response.body?.cancel()
    throw explainAnswer(status, 'text/html', '')
  }
  const resumes = headers.get('content-range')?.startsWith(`bytes ${part.received}-`) === true
  if (status === 206 && !resumes) {
    await response.body?.cancel()
    throw new AppError('engine_failed', `ComfyUI sent another part of ${file.filename} than asked.`)
  }
  if (status === 200 && part.received > 0) {
    await part.handle.truncate(0)
    part.received = 0
  }
  const length = headers.get('content-length')
  const isPlain = headers.get('content-encoding') === null
  part.total = isPlain && length !== null ? part.received + Number(length) : null
  part.etag = headers.get('etag')
}

function viewPath({ filename, subfolder, type }: OutputFile): string {
  return `/view?${new URLSearchParams({ filename, subfolder, type })}`
}

async function append(part: Part, chunk: Uint8Array, maxBytes: number): Promise<number> {
  if (part.received + chunk.byteLength > maxBytes) {
    const detail = `The video of ComfyUI has more than ${maxBytes} bytes.`
    throw new AppError('output_invalid', detail)
  }
  for (let at = 0; at < chunk.byteLength; ) {
    const position = part.received + at
    const { bytesWritten } = await part.handle.write(chunk, at, chunk.byteLength - at, position)
    at += bytesWritten
  }
  return chunk.byteLength
}
