// Receives a file over as many connections as it takes. A broken connection is resumed where it broke; a file that changed in
// between, or that ends early, never passes for whole. The sender decides how it is asked and what its failures mean.
// The models folder does not use this: its pull keeps many ranges of a file in flight and a journal of those on the disk.
import { abortError } from '../async/abort-error.ts'
import { Deadline } from '../async/deadline.ts'
import { pause } from '../async/pause.ts'
import { AppError } from '../domain/errors.ts'
import type { StreamedAnswer } from './bounded-answer.ts'
import type { ResumablePart } from './resumable-part.ts'

export interface Sending {
  /** Place of the first byte in the file: the one asked for, or 0 when all of it comes. */
  readonly start: number
  /** Bytes of the whole file; null when the sender does not say. */
  readonly total: number | null
  readonly etag: string | null
  readonly stream: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

export interface Sender {
  /** The download's name, to begin a sentence: `The video of ComfyUI`. */
  readonly what: string
  /** @returns null when nothing is left to send. @param etag of the last answer */
  open(start: number, etag: string | null, signal: AbortSignal): Promise<Sending | null>
  /** The error for a connection that failed, or that was silent for too long (a `TimeoutError`). */
  explain(thrown: unknown): Error
  /** Whether another connection may bring the rest. */
  isPassing(error: Error): boolean
}

export interface ResumedDownload {
  readonly sender: Sender
  readonly part: ResumablePart
  readonly maxBytes: number
  /** A connection without a byte for so long counts as broken; null where the sender itself watches for silence. */
  readonly idleMs: number | null
  /** Connections in a row that bring nothing before the download is given up. */
  readonly maxFruitless: number
  readonly pauseMs: (fruitless: number) => number
  readonly signal: AbortSignal
  readonly onProgress?: ((doneBytes: number, totalBytes: number | null) => void) | undefined
}

/** @throws Error as the sender explains it, or of the disk; AppError `output_invalid` above `maxBytes`, or that the signal was aborted with */
export async function resumeDownload(download: ResumedDownload): Promise<void> {
  const { sender, part, maxFruitless, pauseMs, signal } = download
  const file: { etag: string | null } = { etag: null }
  for (let fruitless = 0; ; ) {
    const before = part.bytes
    try {
      return await receive(download, file)
    } catch (thrown) {
      if (signal.aborted) throw abortError(signal)
      // An error of the disk is no broken connection.
      const isOfDisk = thrown instanceof Error && 'syscall' in thrown && thrown.syscall === 'write'
      const error = isOfDisk ? thrown : sender.explain(thrown)
      fruitless = part.bytes > before ? 0 : fruitless + 1
      if (isOfDisk || !sender.isPassing(error) || fruitless >= maxFruitless) throw error
      await pause(pauseMs(fruitless), signal)
    }
  }
}

/** From where the part ends to the end of the file. */
async function receive(
  { sender, part, maxBytes, idleMs, signal, onProgress }: ResumedDownload,
  file: { etag: string | null },
): Promise<void> {
  using idle = new Deadline(idleMs, signal)
  const sending = await sender.open(part.bytes, file.etag, idle.signal)
  if (sending === null) return
  file.etag = sending.etag
  if (sending.start !== part.bytes) await part.restart()
  onProgress?.(part.bytes, sending.total)
  for await (const chunk of sending.stream) {
    idle.postpone()
    if (part.bytes + chunk.byteLength > maxBytes) {
      throw new AppError('output_invalid', `${sender.what} has more than ${maxBytes} bytes.`)
    }
    await part.append(chunk)
    onProgress?.(part.bytes, sending.total)
  }
  const { total } = sending
  if (total !== null && part.bytes !== total) {
    const detail = `${sender.what} ended after ${part.bytes} of ${total} bytes.`
    throw new AppError('engine_unreachable', detail)
  }
}

/** If-Range has the server send all of a file that changed in between. Without an ETag nothing tells, so `blindly` asks anyway. */
export function rangeHeaders(
  start: number,
  etag: string | null,
  { blindly }: { readonly blindly: boolean },
): Readonly<Record<string, string>> {
  // Bytes of a compressed file have other places than those on the disk.
  const headers = { 'accept-encoding': 'identity' }
  if (start === 0 || (etag === null && !blindly)) return headers
  const range = { ...headers, range: `bytes=${start}-` }
  return etag === null ? range : { ...range, 'if-range': etag }
}

/** @returns null for any other answer than the whole file or the part from `asked` on; its body is canceled then */
export async function sendingOf(response: StreamedAnswer, asked: number): Promise<Sending | null> {
  const { status, headers, body } = response
  const isPart =
    status === 206 && headers.get('content-range')?.startsWith(`bytes ${asked}-`) === true
  if (status !== 200 && !isPart) {
    await body?.cancel()
    return null
  }
  const start = isPart ? asked : 0
  const length = headers.get('content-length')
  const isPlain = headers.get('content-encoding') === null
  const total = isPlain && length !== null ? start + Number(length) : null
  return { start, total, etag: headers.get('etag'), stream: body ?? [] }
}
