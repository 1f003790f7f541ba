// Speaks by any server with OpenAI's POST /v1/audio/speech: OpenAI, Kokoro-FastAPI, LocalAI and others. The address is the operator's, so
// it may be local; everything else is as for a URL of a stranger: no redirects, no proxies, bounded time and bytes.
import { createWriteStream } from 'node:fs'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { SpeechMaker, SpeechRequest } from '../app/ports/speech.ts'
import { AppError } from '../domain/errors.ts'
import { type GuardedResponse, guardedRequest } from '../net/guarded-request.ts'
import { resolveWithSystem } from '../net/resolve-host.ts'
import { createUrlPolicy } from '../net/url-policy.ts'

export interface SpeechServerOptions {
  readonly url: string
  readonly key: string | null
  readonly model: string
  /** The default voices of the first and of the second speaker. */
  readonly voices: readonly [string | null, string | null]
}

/** Two voices of OpenAI that differ well; Kokoro-FastAPI and others know them too. */
const DEFAULT_VOICES = ['alloy', 'nova'] as const
/** A server that loads its model answers a list of models at once all the same. */
const TROUBLE_TIMEOUT_MS = 10_000
const ERROR_MAX_BYTES = 16 * 1024
const ERROR_MAX_CHARS = 300

export function createSpeechServer(options: SpeechServerOptions): SpeechMaker {
  const url = speechUrl(options.url)
  return {
    name: url.host,
    async speak(request) {
      const response = await post(url, request, options)
      try {
        if (response.status !== 200) throw await refusal(response, options)
        await receive(response, request)
      } finally {
        await response.close()
      }
    },
  }
}

/** Accepts the address of the server, of its `/v1`, and of the operation itself. */
export function speechUrl(text: string): URL {
  const url = new URL(text)
  const path = url.pathname.replace(/\/+$/, '')
  if (!path.endsWith('/audio/speech')) url.pathname = `${path === '' ? '/v1' : path}/audio/speech`
  return url
}

/** Asks nothing that costs. @returns why it cannot be used, or null */
export async function speechServerTrouble(
  options: SpeechServerOptions,
  signal: AbortSignal,
): Promise<string | null> {
  const url = speechUrl(options.url)
  const enough = AbortSignal.any([signal, AbortSignal.timeout(TROUBLE_TIMEOUT_MS)])
  url.pathname = url.pathname.replace(/\/audio\/speech$/, '/models')
  try {
    const response = await guardedRequest(
      { url, method: 'GET', headers: headersOf(options), signal: enough },
      guardFor(url),
    )
    await response.close()
    if (response.status === 401 || response.status === 403) return rejectsKey(url, options)
    return response.status >= 500 ? `"${url.host}" answers with status ${response.status}.` : null
  } catch (error) {
    signal.throwIfAborted()
    if (enough.aborted) return `"${url.host}" did not answer within ${TROUBLE_TIMEOUT_MS / 1000} s.`
    return error instanceof AppError ? error.detail : String(error)
  }
}

async function post(
  url: URL,
  { text, voice, speakerIndex, language, signal }: SpeechRequest,
  options: SpeechServerOptions,
): Promise<GuardedResponse> {
  const body = JSON.stringify({
    model: options.model,
    input: text,
    voice: voice ?? options.voices[speakerIndex] ?? DEFAULT_VOICES[speakerIndex],
    response_format: 'wav',
    // Not a member of OpenAI's: sent only when the caller names one.
    ...(language === null ? {} : { language }),
  })
  const headers = { 'content-type': 'application/json', ...headersOf(options) }
  try {
    return await guardedRequest({ url, method: 'POST', headers, body, signal }, guardFor(url))
  } catch (error) {
    if (!(error instanceof AppError) || !error.code.startsWith('url_')) throw error
    const detail = `The speech server of SPEECH_URL cannot be reached: ${error.detail}`
    throw new AppError('speech_unavailable', detail, { cause: error })
  }
}

function headersOf({ key }: SpeechServerOptions): Record<string, string> {
  return key === null ? {} : { authorization: `Bearer ${key}` }
}

function guardFor(url: URL) {
  const port = url.port === '' ? [] : [Number(url.port)]
  const policy = createUrlPolicy({
    allowPrivateAddresses: ['0.0.0.0/0', '::/0'],
    extraPorts: port,
  })
  return { policy, resolve: resolveWithSystem }
}

async function receive(
  { body }: GuardedResponse,
  { toPath, maxBytes, signal }: SpeechRequest,
): Promise<void> {
  let bytes = 0
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes <= maxBytes) done(null, chunk)
      else {
        const detail = `The speech server sent more than ${maxBytes} bytes (INFINITETALK_LIMIT_AUDIO_MAX_BYTES).`
        done(new AppError('speech_failed', detail))
      }
    },
  })
  try {
    await pipeline(body, counter, createWriteStream(toPath, { flags: 'wx' }), { signal })
  } catch (error) {
    if (signal.aborted || error instanceof AppError) throw error
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw error
    throw new AppError('speech_failed', 'The speech server broke the connection off.', {
      cause: error,
    })
  }
}

async function refusal(response: GuardedResponse, options: SpeechServerOptions): Promise<AppError> {
  const { status, url } = response
  const said = await errorText(response, options.key)
  if (status === 401 || status === 403) {
    return new AppError('speech_unavailable', rejectsKey(url, options))
  }
  if (status === 404) {
    const detail = `"${url.host}" has no ${url.pathname}, or not the model "${options.model}": check SPEECH_URL and SPEECH_MODEL.${said}`
    return new AppError('speech_unavailable', detail)
  }
  if (status >= 300 && status < 400) {
    const detail = `"${url.host}" redirects, which is not followed: set SPEECH_URL to its true address.`
    return new AppError('speech_unavailable', detail)
  }
  const isRefusal = status >= 400 && status < 500 && status !== 408 && status !== 429
  const code = isRefusal ? 'speech_refused' : 'speech_failed'
  return new AppError(code, `"${url.host}" answered with status ${status}.${said}`, {
    ...(isRefusal ? { pointer: '/audio' } : {}),
  })
}

function rejectsKey({ host }: URL, { key }: SpeechServerOptions): string {
  return key === null
    ? `"${host}" needs a key: set SPEECH_KEY.`
    : `"${host}" rejects the key of SPEECH_KEY.`
}

/** The server's own words, without the key, which some servers repeat. */
async function errorText({ body }: GuardedResponse, key: string | null): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > ERROR_MAX_BYTES) break
      chunks.push(chunk)
    }
  } catch {
    return ''
  }
  const text = messageIn(Buffer.concat(chunks).toString('utf8'))
  const clean = (key === null ? text : text.replaceAll(key, '********'))
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
  return clean === '' ? '' : ` It says: ${clean.slice(0, ERROR_MAX_CHARS)}`
}

function messageIn(text: string): string {
  try {
    const { error, detail } = JSON.parse(text) as { error?: unknown; detail?: unknown }
    const said = error ?? detail
    if (typeof said === 'string') return said
    const { message } = (said ?? {}) as { message?: unknown }
    return typeof message === 'string' ? message : text
  } catch {
    return text
  }
}
