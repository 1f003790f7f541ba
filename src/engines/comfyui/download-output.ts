// Fetches a file that ComfyUI made, streamed to disk.
import { Deadline } from '../../async/deadline.ts'
import { AppError } from '../../domain/errors.ts'
import type { StreamedAnswer } from '../../net/bounded-answer.ts'
import { ResumablePart } from '../../net/resumable-part.ts'
import {
  rangeHeaders,
  resumeDownload,
  type Sender,
  type Sending,
  sendingOf,
} from '../../net/resume-download.ts'
import type { OutputFile } from '../../workflow/outputs.ts'
import type { ComfyAddress } from './comfy-address.ts'
import { open, toRequestError } from './comfy-request.ts'
import { explainAnswer } from './explain-answer.ts'

export interface OutputDownload {
  readonly file: OutputFile
  readonly toPath: string
  readonly maxBytes: number
  readonly signal: AbortSignal
  readonly times?: DownloadTimes
}

export interface DownloadTimes {
  /** A connection without a byte for so long counts as broken. */
  readonly idleMs: number
  /** Before a broken connection is resumed. */
  readonly retryMs: number
}

const TIMES: DownloadTimes = { idleMs: 30_000, retryMs: 1000 }
/** Broken connections in a row that brought nothing. */
const MAX_FRUITLESS = 5
const HEAD_MS = 20_000

/**
 * @returns the length; 0 when the file is empty, which is for the caller to judge
 * @throws AppError `output_missing` when ComfyUI does not have the file, `output_invalid` above `maxBytes`,
 *   `engine_unreachable`, `disk_full`, `canceled`
 */
export async function downloadOutput(
  address: ComfyAddress,
  download: OutputDownload,
): Promise<{ readonly bytes: number }> {
  const { toPath, maxBytes, signal, times = TIMES } = download
  await using part = await ResumablePart.open(toPath, { resumes: false })
  await resumeDownload({
    sender: senderOf(address, download),
    part,
    maxBytes,
    idleMs: times.idleMs,
    maxFruitless: MAX_FRUITLESS,
    pauseMs: () => times.retryMs,
    signal,
  })
  return { bytes: part.bytes }
}

/**
 * The length that the file has now, without fetching it; null when the server does not say.
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
    using deadline = new Deadline(HEAD_MS, signal)
    const response = await open(address, { ...request, headers }, deadline.signal)
    const length = response.headers.get('content-length')
    return response.status === 200 && length !== null ? Number(length) : null
  } catch (thrown) {
    throw toRequestError(thrown, address, request)
  }
}

function senderOf(address: ComfyAddress, { file, signal }: OutputDownload): Sender {
  const path = viewPath(file)
  const { filename } = file
  return {
    what: `The file ${filename} of ComfyUI`,
    async open(start, etag, either) {
      const headers = rangeHeaders(start, etag, { blindly: false })
      return readHead(await open(address, { path, headers, signal }, either), filename, start)
    },
    explain: (thrown) => toRequestError(thrown, address, { path, signal }),
    isPassing: (error) => error instanceof AppError && error.code === 'engine_unreachable',
  }
}

async function readHead(
  response: StreamedAnswer,
  filename: string,
  start: number,
): Promise<Sending> {
  const { status, headers } = response
  const type = headers.get('content-type')
  if (/html/i.test(type ?? '')) {
    await response.body?.cancel()
    throw explainAnswer(status, 'text/html', '')
  }
  const sending = await sendingOf(response, start)
  if (sending !== null) return sending
  if (status === 404) {
    const detail = `ComfyUI does not have the file ${filename} that it says it made.`
    throw new AppError('output_missing', detail)
  }
  if (status === 206) {
    throw new AppError('engine_failed', `ComfyUI sent another part of ${filename} than asked.`)
  }
  throw explainAnswer(status, type, '')
}

function viewPath({ filename, subfolder, type }: OutputFile): string {
  return `/view?${new URLSearchParams({ filename, subfolder, type })}`
}
