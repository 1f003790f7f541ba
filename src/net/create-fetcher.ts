// The guarded fetch: the only way to download a URL that a user gave. It guarantees that no packet goes to an address that is
// not public, that no answer can fill the disk or hold a worker for ever, and that a file is complete under its name or absent.
import type { FetchedFile, Fetcher, FetchRequest } from '../app/ports/fetcher.ts'
import { AppError, toAppError } from '../domain/errors.ts'
import type { Limits } from '../domain/limits.ts'
import { getFollowingRedirects } from './follow-redirects.ts'
import type { NetworkGuard } from './guarded-connector.ts'
import type { GuardedResponse } from './guarded-request.ts'
import { PartFile } from './part-file.ts'
import { type ResolveHost, resolveWithSystem } from './resolve-host.ts'
import { toUrlError } from './to-url-error.ts'
import { type TransferWatch, watchTransfer } from './transfer-watch.ts'
import { createUrlPolicy, type UrlPolicyOptions } from './url-policy.ts'

export interface FetcherOptions extends UrlPolicyOptions {
  readonly limits: Pick<Limits, 'fetchTimeoutMs' | 'fetchIdleTimeoutMs' | 'fetchMaxRedirects'>
  /** Default: the operating system's DNS. */
  readonly resolve?: ResolveHost
}

/** @throws AppError `config_invalid` for a network that is not in CIDR form */
export function createFetcher(options: FetcherOptions): Fetcher {
  const { limits, resolve = resolveWithSystem } = options
  const guard: NetworkGuard = { policy: createUrlPolicy(options), resolve }
  const times = { totalMs: limits.fetchTimeoutMs, idleMs: limits.fetchIdleTimeoutMs }
  return {
    async fetchToFile(request) {
      const watch = watchTransfer(request.signal, times)
      try {
        const response = await getFollowingRedirects(
          request.url,
          limits.fetchMaxRedirects,
          guard,
          watch.signal,
        )
        try {
          return await receive(response, request, watch)
        } finally {
          await response.close()
        }
      } catch (error) {
        throw watch.signal.aborted ? watch.signal.reason : toAppError(error)
      } finally {
        watch.stop()
      }
    },
  }
}

async function receive(
  response: GuardedResponse,
  request: FetchRequest,
  watch: TransferWatch,
): Promise<FetchedFile> {
  watch.answered()
  const announcedBytes = checkHeaders(response, request.maxBytes)
  const file = await PartFile.create(request.toPath)
  try {
    let bytes = 0
    for await (const chunk of chunksOf(response)) {
      bytes += chunk.length
      // The second line of defence: the announced length may be absent or a lie.
      if (bytes > request.maxBytes) throw tooLarge(request.maxBytes)
      watch.received(chunk.length)
      await file.append(chunk)
      request.onProgress?.(bytes, announcedBytes)
    }
    if (bytes === 0) throw new AppError('input_empty', `"${response.url.host}" sent an empty file.`)
    await file.commit()
    return { path: request.toPath, bytes, contentType: response.headers['content-type'] ?? null }
  } catch (error) {
    await file.discard()
    throw error
  }
}

/** Rejects an answer by its headers alone, before its body is read. @returns the announced length */
function checkHeaders({ url, status, headers }: GuardedResponse, maxBytes: number): number | null {
  if (status !== 200) {
    throw new AppError('url_http_error', `"${url.host}" answered with status ${status}.`, {
      meta: { host: url.host, status },
    })
  }
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding.toLowerCase() !== 'identity') {
    const name = encoding.slice(0, 40)
    throw new AppError('url_encoding_refused', `"${url.host}" sent the encoding "${name}".`)
  }
  if (headers['content-length'] === undefined) return null
  const announcedBytes = Number(headers['content-length'])
  if (announcedBytes > maxBytes) throw tooLarge(maxBytes, announcedBytes)
  return announcedBytes
}

/** The body; failures of the connection become url_* errors, unlike those of the disk. */
async function* chunksOf({ body, url }: GuardedResponse): AsyncGenerator<Buffer> {
  try {
    yield* body
  } catch (error) {
    throw toUrlError(error, url)
  }
}

function tooLarge(maxBytes: number, announcedBytes?: number): AppError {
  const size = announcedBytes === undefined ? 'more' : `${announcedBytes} bytes`
  return new AppError(
    'input_too_large',
    `The file behind the URL has ${size}; the limit is ${maxBytes} bytes.`,
    { meta: { maxBytes, ...(announcedBytes === undefined ? {} : { announcedBytes }) } },
  )
}
