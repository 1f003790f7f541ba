// Takes apart the URL that calls a deployment on Beam, as its dashboard and command line show it: which gateway it belongs to, and
// what it calls there.
import { AppError } from '../../domain/errors.ts'

export interface Invocation {
  /** The gateway with the task API. */
  readonly gatewayUrl: string
  /** null when the URL has a host of its own, which does not say it. */
  readonly kind: 'taskqueue' | 'endpoint' | null
  /** `NAME`, `NAME/v3` or `id/STUB`; null in the same case. */
  readonly name: string | null
  readonly url: string
}

const NAME =
  /(?:id|public)\/[A-Za-z0-9-]{1,64}|[A-Za-z0-9][A-Za-z0-9_.-]{0,99}(?:\/(?:latest|v[1-9]\d{0,5}))?/
const WHOLE_NAME = new RegExp(`^(?:${NAME.source})$`)
/** The first clients wrote the URL of a queue as `/tasks`. */
const PATH = new RegExp(`^/(taskqueue|endpoint)/(${NAME.source})(?:/tasks)?/?$`)

/** @throws AppError `usage` */
export function checkName(name: string): void {
  if (WHOLE_NAME.test(name)) return
  throw new AppError('usage', `"${name}" is not a Beam name: expected NAME, NAME/v3 or id/STUB.`)
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
      `"${text}" is not a complete URL: it must begin with https:// or http://.`,
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
  // The query may hold a token.
  const detail = `"${url.origin}${url.pathname}" calls nothing on Beam: expected ${gateway.origin}/taskqueue/NAME or https://NAME.${gateway.host}.`
  throw new AppError('usage', detail)
}

/** The kind of deployment if the URL allows only one; null if it may be any. */
export function kindOfUrl(text: string, gatewayUrl: string): 'taskqueue' | 'endpoint' | null {
  const url = URL.parse(text)
  if (url === null || url.origin !== new URL(gatewayUrl).origin || !PATH.test(url.pathname)) {
    return null
  }
  return readInvokeUrl(text, gatewayUrl).kind
}
