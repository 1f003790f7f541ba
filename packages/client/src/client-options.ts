// The options of a client, checked once, and the settings that every call uses.
import { InfiniteTalkError } from './errors.ts'
import { DEFAULT_FIRST_DELAY_MS, DEFAULT_MAX_RETRIES, type RetryPolicy } from './retry-policy.ts'

export interface ClientOptions {
  /** URL of the hub, e.g. `https://hub.example.org` or, behind a proxy, `https://example.org/hub/`. */
  readonly baseUrl: string
  /** API key of the hub. It is sent to the origin of the hub only. */
  readonly token?: string | undefined
  /** Replaces the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Maximum silence. A transfer that moves may take longer. Default 30,000. */
  readonly timeoutMs?: number | undefined
  /** Maximum number of retries of a call, where they are safe. Default 3. */
  readonly maxRetries?: number | undefined
  /** Pause before the first retry; it doubles, and half of it is random. Default 500. */
  readonly retryDelayMs?: number | undefined
}

export interface Connection {
  /** Without a slash at the end. */
  readonly baseUrl: URL
  readonly token: string | null
  readonly fetch: typeof globalThis.fetch
  readonly timeoutMs: number
  readonly retries: RetryPolicy
}

const DEFAULT_TIMEOUT_MS = 30_000

/** @throws InfiniteTalkError `invalid_argument` */
export function readClientOptions(options: ClientOptions): Connection {
  const { token, timeoutMs = DEFAULT_TIMEOUT_MS, maxRetries = DEFAULT_MAX_RETRIES } = options
  const firstDelayMs = options.retryDelayMs ?? DEFAULT_FIRST_DELAY_MS
  if (!(timeoutMs > 0)) throw invalid('timeoutMs must be more than 0.')
  if (!Number.isInteger(maxRetries) || maxRetries < 0) {
    throw invalid('maxRetries must be a whole number, 0 or more.')
  }
  if (!(firstDelayMs >= 0)) throw invalid('retryDelayMs must be 0 or more.')
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw invalid('The token has characters that are not allowed in a header.')
  }
  // In browsers, fetch throws when it is called as a method of another object.
  const fetch = options.fetch ?? globalThis.fetch.bind(globalThis)
  return {
    baseUrl: readBaseUrl(options.baseUrl),
    token: token ?? null,
    fetch,
    timeoutMs,
    retries: { maxRetries, firstDelayMs, random: Math.random },
  }
}

function readBaseUrl(text: string): URL {
  const url = URL.parse(text)
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw invalid(`"${text}" is not an http or https URL.`)
  }
  if (url.username !== '' || url.password !== '') {
    throw invalid('The URL of the hub must not hold credentials: give a token.')
  }
  url.pathname = url.pathname.replace(/\/+$/, '')
  url.search = ''
  url.hash = ''
  return url
}

function invalid(message: string): InfiniteTalkError {
  return new InfiniteTalkError(message, { code: 'invalid_argument' })
}
