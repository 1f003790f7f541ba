// Converts a failure between this program and the server of a URL to one of the url_* errors: unreachable, or a wrong answer. The
// error names the host, never the query, which may hold a signature.
import { AppError } from '../domain/errors.ts'

/** Errors of sockets and TLS before an answer. All other errors of undici concern the answer. */
const UNREACHABLE =
  /^(E[A-Z]+|ERR_(TLS|SSL)_.*|CERT_.*|UNABLE_.*|DEPTH_ZERO_.*|SELF_SIGNED_.*|HOSTNAME_MISMATCH)$/

export function toUrlError(thrown: unknown, url: URL): AppError {
  if (thrown instanceof AppError) return thrown
  const code = errorCode(thrown)
  const options = { cause: thrown, meta: { host: url.host, code } }
  return UNREACHABLE.test(code)
    ? new AppError('url_unreachable', `No connection to "${url.host}" (${code}).`, options)
    : new AppError('url_http_error', `"${url.host}" did not answer properly (${code}).`, options)
}

function errorCode(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  return typeof code === 'string' ? code : 'no code'
}
