// Fetches one range of a file over one connection and writes it to its place. The result is one of a few outcomes; the caller,
// which fetches many ranges, decides what to do about it.
import type { ModelEntry } from '@infinitetalk/contract'
import { AppError, toAppError } from '../domain/errors.ts'
import type { DownloadResponse } from '../net/download-client.ts'
import { retryAfterMs } from '../net/retry-after.ts'
import { type LocatedSource, type LocatePorts, redirectTarget } from './locate-source.ts'
import { authorisation } from './model-hosts.ts'
import type { PartialFile, Piece } from './partial-file.ts'

export type PieceOutcome =
  | { readonly kind: 'done' }
  /** The address does not serve the file any more: ask for a new one. */
  | { readonly kind: 'expired'; readonly error: AppError }
  /** The source has other content now: the received bytes are worthless. */
  | { readonly kind: 'changed' }
  /** The server sends the whole file, whatever range is requested. */
  | { readonly kind: 'no_ranges' }
  | { readonly kind: 'failed'; readonly error: AppError; readonly waitMs: number | null }

const MAX_HOPS = 4
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
const GONE: ReadonlySet<number> = new Set([400, 401, 403, 404, 410])
const STRONG_ETAG = /^"[\x21\x23-\x7e]*"$/

export interface PieceRequest {
  readonly model: ModelEntry
  readonly located: LocatedSource
  readonly piece: Piece
  readonly part: PartialFile
  /** Ask for the whole file, without a range. */
  readonly whole: boolean
  readonly signal: AbortSignal
  /** Called with the number of bytes received over the network. */
  onBytes(count: number): void
}

/** @throws AppError `canceled`, `disk_full`, and other failures of writing */
export async function fetchPiece(request: PieceRequest, ports: LocatePorts): Promise<PieceOutcome> {
  const { located, piece, part, signal } = request
  let response: DownloadResponse
  try {
    response = await open(request, ports)
  } catch (thrown) {
    return failed(thrown)
  }
  const refusal = judge(response, request)
  if (refusal !== null) {
    response.discard()
    return refusal
  }
  const chunks = response.body[Symbol.asyncIterator]()
  try {
    while (piece.at < piece.end) {
      const next = await chunks.next().catch((thrown: unknown) => toAppError(thrown))
      if (next instanceof Error) return failed(next)
      if (next.done === true) return cutOff(located.bodyUrl)
      await part.write(piece, next.value)
      request.onBytes(next.value.length)
      signal.throwIfAborted()
    }
    // Reading the body to its end lets the connection serve the next range.
    await chunks.next().catch(() => {})
    return { kind: 'done' }
  } finally {
    response.discard()
  }
}

async function open(request: PieceRequest, ports: LocatePorts): Promise<DownloadResponse> {
  const { model, located, piece, part, whole, signal } = request
  const { policy, client, hosts } = ports
  const condition = part.validator === null ? {} : { 'if-range': part.validator }
  const range: Record<string, string> = whole
    ? {}
    : { range: `bytes=${piece.at}-${piece.end - 1}`, ...condition }
  const totalMs = whole ? policy.wholeFileTimeoutMs : policy.pieceTimeoutMs
  let url = located.bodyUrl
  for (let hop = 0; ; hop += 1) {
    const response = await client.send({
      url,
      method: 'GET',
      headers: { ...range, ...authorisation(url, hosts) },
      times: { totalMs, idleMs: policy.idleTimeoutMs },
      signal,
    })
    if (!REDIRECTS.has(response.status) || hop === MAX_HOPS) return response
    response.discard()
    url = redirectTarget(url, response.headers, model)
  }
}

/** @returns why the body must not be read; null when the answer fits the request */
function judge(response: DownloadResponse, request: PieceRequest): PieceOutcome | null {
  const { status, headers } = response
  const { piece, part, whole, located } = request
  const host = located.bodyUrl.host
  const error = new AppError('url_http_error', `"${host}" answered with status ${status}.`)
  if (GONE.has(status)) return { kind: 'expired', error }
  if (status === 416) return { kind: 'changed' }
  if (status === 200 || status === 206) {
    const etag = STRONG_ETAG.test(headers.etag ?? '') ? (headers.etag ?? null) : null
    if (part.validator !== null && etag !== null && etag !== part.validator) {
      return { kind: 'changed' }
    }
    if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity') {
      const detail = `"${host}" sent a compressed answer.`
      return { kind: 'failed', error: new AppError('url_encoding_refused', detail), waitMs: null }
    }
    if (status === 200) {
      if (!whole) return { kind: 'no_ranges' }
      const length = headers['content-length']
      return length === undefined || Number(length) === part.bytes ? null : { kind: 'changed' }
    }
    const [, start, end, total] =
      /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers['content-range'] ?? '') ?? []
    if (Number(start) === piece.at && Number(end) === piece.end - 1 && !whole) {
      if (total !== '*' && Number(total) !== part.bytes) return { kind: 'changed' }
      part.validator ??= etag
      return null
    }
    const detail = `"${host}" sent another range than requested.`
    return { kind: 'failed', error: new AppError('url_http_error', detail), waitMs: null }
  }
  return { kind: 'failed', error, waitMs: retryAfterMs(headers) }
}

function failed(thrown: unknown): PieceOutcome {
  const error = toAppError(thrown)
  if (!error.code.startsWith('url_')) throw error
  return { kind: 'failed', error, waitMs: null }
}

function cutOff(url: URL): PieceOutcome {
  const detail = `"${url.host}" ended its answer too early.`
  return { kind: 'failed', error: new AppError('url_http_error', detail), waitMs: null }
}
