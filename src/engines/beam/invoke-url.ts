// The URL with which something deployed on Beam is called, as its dashboard and its command line show it, taken apart: which
// gateway it is of, and what is called there.
import { AppError } from '../../domain/errors.ts'

export interface Invocation {
  /** Of the API that tells of tasks. */
  readonly gatewayUrl: string
  /** null when the URL is of a host of its own, which does not say it. */
  readonly kind: 'taskqueue' | 'endpoint' | null
  /** `NAME`, `NAME/v3` or `id/STUB`; null likewise. */
  readonly name: string | null
  readonly url: string
}

const NAME =
  /(?:id|public)\/[A-Za-z0-9-]{1,64}|[A-Za-z0-9][A-Za-z0-9_.-]{0,99}(?:\/(?:latest|v[1-9]\d{0,5}))?/
const WHOLE_NAME = new RegExp(`^(?:${NAME.source})$`)
/** `/tasks` is how the first clients wrote the URL of a queue. */
const PATH = new RegExp(`^/(taskqueue|endpoint)/(${NAME.source})(?:/tasks)?/?$`)

/** @throws AppError `usage` */
export function checkName(name: string): void {
  if (WHOLE_NAME.test(name)) return
  throw new AppError('usage', `"${name}" is no name of Beam: expected NAME, NAME/v3 or id/STUB.`)
}

/**
 * @param gatewayUrl as configured: hosts below it are its deployments, and get its token
 * @throws AppError `usage`
 */
export function readInvokeUrl(text: string, gatewayUrl: string): Invocation {
  const url = URL.parse(text)
  const isWeb = url !== null && /^https?:$/.test(url.protocol)
  if (!isWeb)
    throw new AppError(
      'usage',
      `"${text}" is not a complete URL: it begins with https:// or http://.`,
    )
  const [, kind, name] = PATH.exec(url.pathname) ?? []
  if (kind !== undefined && name !== undefined) {
    const plain = `${url.origin}/${kind}/${name}`
    return { gatewayUrl: url.origin, kind: kind as 'taskqueue' | 'endpoint', name, url: plain }
  }
  const gateway = new URL(gatewayUrl)
  const isDeployment = url.host.endsWith(`.${gateway.host}`) && url.protocol === gateway.protocol
  if (isDeployment && url.pathname === '/') {
    return { gatewayUrl: gateway.origin, kind: null, name: null, url: `${url.origin}/` }
  }
  // Its query may hold a token.
  const detail = `"${url.origin}${url.pathname}" calls nothing on Beam: expected ${gateway.origin}/taskqueue/NAME or https://NAME.${gateway.host}.`
  throw new AppError('usage', detail)
}

/** What a URL calls, where it can be nothing else and that need not be said; null for any other. */
export function kindOfUrl(text: string, gatewayUrl: string): 'taskqueue' | 'endpoint' | null {
  const url = URL.parse(text)
  if (url === null || url.origin !== new URL(gatewayUrl).origin || !PATH.test(url.pathname)) {
    return null
  }
  return readInvokeUrl(text, gatewayUrl).kind
}
