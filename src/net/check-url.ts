// Checks a URL's form without network access: at submission, before a fetch, and on every redirect. A URL that passes may still
// resolve to a forbidden address; the connector checks that when it connects.
import { isIP } from 'node:net'
import { AppError } from '../domain/errors.ts'
import { bareHost, type UrlPolicy } from './url-policy.ts'

/** Long enough for any signed URL seen in practice, short enough to log and to send. */
const MAX_URL_CHARS = 8192

// URL parsers silently drop or trim these in different ways, so one program would open another URL than the one checked.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/
const ENCODED_LINE_BREAK_OR_NUL = /%0[0ad]/i
const ZONE_IN_HOST = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*\[[^\]/?#]*%/i

/**
 * Parses a URL and rejects every URL that may never be opened: a scheme other than http and https, credentials, a port that is
 * not allowed, a literal address that is not public (in any spelling), this server itself.
 *
 * @param base the URL of the page that `text` may be relative to, for redirects
 * @throws AppError `url_invalid`, `url_forbidden_scheme`, `url_forbidden_credentials`, `url_forbidden_port`,
 *   `url_forbidden_address`
 */
export function checkUrl(text: string, policy: UrlPolicy, base?: URL): URL {
  const url = parseUrl(text, base)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    const scheme = url.protocol.slice(0, 20)
    throw new AppError('url_forbidden_scheme', `The URL has the scheme "${scheme}".`)
  }
  if (url.username !== '' || url.password !== '') {
    throw new AppError('url_forbidden_credentials', 'The URL holds a user name or a password.')
  }
  const port = effectivePort(url)
  if (!policy.ports.has(port)) {
    throw new AppError('url_forbidden_port', `The URL names the port ${port}.`, { meta: { port } })
  }
  checkHost(url, policy)
  return url
}

function parseUrl(text: string, base: URL | undefined): URL {
  if (text.length > MAX_URL_CHARS) {
    throw new AppError('url_invalid', `The URL has more than ${MAX_URL_CHARS} characters.`)
  }
  if (CONTROL_CHARACTERS.test(text) || ENCODED_LINE_BREAK_OR_NUL.test(text)) {
    throw new AppError('url_invalid', 'The URL holds a control character.')
  }
  if (ZONE_IN_HOST.test(text)) {
    throw new AppError('url_forbidden_address', 'The host of the URL is bound to a network zone.')
  }
  const url = URL.parse(text, base?.href)
  if (url === null) throw new AppError('url_invalid', 'The text is not a complete URL.')
  return url
}

function effectivePort(url: URL): number {
  if (url.port !== '') return Number(url.port)
  return url.protocol === 'https:' ? 443 : 80
}

function checkHost(url: URL, policy: UrlPolicy): void {
  const host = bareHost(url)
  if (host === policy.ownHost) {
    throw new AppError('url_forbidden_address', 'The URL points to this server itself.', {
      meta: { host },
    })
  }
  const literal = isLoopbackName(host) ? '127.0.0.1' : host
  if (isIP(literal) === 0) return
  const reason = policy.addresses.refusal(literal)
  if (reason !== null) throw forbiddenAddress(host, reason)
}

/** RFC 6761, 6.3: "localhost" and every name below it mean loopback, regardless of DNS. */
function isLoopbackName(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost')
}

/** Names only the kind of address: a stranger must not learn the address of a private name. */
export function forbiddenAddress(host: string, reason: string): AppError {
  return new AppError(
    'url_forbidden_address',
    `The host "${host}" is not at a public address (${reason}).`,
    { meta: { host, reason } },
  )
}
