// Who may come in, decided before anything of a body is read. With API keys: whoever has one. Without: programs of this
// machine, but no page in its browser, neither by its own origin nor by a name that was pointed at this address.
import type { FastifyRequest } from 'fastify'
import { AppError } from '../domain/errors.ts'
import { type ApiKeys, bareKeyOf, bearerOf } from './api-keys.ts'
import type { LinkQuery, LinkSigner } from './signed-url.ts'

export interface GuardOptions {
  readonly keys: ApiKeys
  readonly signer: LinkSigner | null
  readonly publicUrl: string | null
  nowMs(): number
}

/** @throws AppError `unauthenticated`, `link_invalid`, `host_forbidden`, `origin_forbidden` */
export function guardRequest(request: FastifyRequest, options: GuardOptions): void {
  if (options.keys.none) guardLoopback(request, options.publicUrl)
  else if (request.routeOptions.config.operation?.open !== true) guardWithKeys(request, options)
}

function guardWithKeys(request: FastifyRequest, { keys, signer, nowMs }: GuardOptions): void {
  const query = request.query as LinkQuery
  const { operation } = request.routeOptions.config
  if (operation?.linkable === true && typeof query.signature === 'string') {
    const path = request.url.split('?', 1)[0]!
    signer?.verify(path, { ...query, expires: String(query.expires) }, nowMs())
    return
  }
  // Two headers would let a proxy check one and us another.
  const given = request.raw.rawHeaders.filter(
    (name, index) => index % 2 === 0 && name.toLowerCase() === 'authorization',
  )
  if (given.length > 1) {
    throw new AppError('unauthenticated', 'The header Authorization is there more than once.')
  }
  const { authorization } = request.headers
  const takesBare = operation?.tag === 'runpod'
  const key = bearerOf(authorization) ?? (takesBare ? bareKeyOf(authorization) : null)
  if (key === null) throw noKey(request)
  request.caller = keys.find(key)
  if (request.caller === null) throw new AppError('unauthenticated', 'The API key is not known.')
}

/** What is in a URL is in the logs of everything on the way: Beam's `auth_token` there is not read. */
function noKey({ query }: FastifyRequest): AppError {
  const inUrl = Object.hasOwn(query as object, 'auth_token')
  const hint = inUrl ? ' It belongs in the header Authorization, not in the URL.' : ''
  return new AppError('unauthenticated', `No API key was sent.${hint}`)
}

/** Against DNS rebinding: a page of evil.example whose name resolves to 127.0.0.1 still says evil.example here. */
function guardLoopback(request: FastifyRequest, publicUrl: string | null): void {
  const host = hostNameOf(`http://${request.headers.host ?? ''}`)
  if (host === null || !isOwn(host, publicUrl)) {
    const said = (request.headers.host ?? '').slice(0, 80)
    throw new AppError('host_forbidden', `"${said}" is not a name of this hub.`)
  }
  const { origin } = request.headers
  const originHost = origin === undefined ? host : hostNameOf(origin)
  const crossSite = request.headers['sec-fetch-site'] === 'cross-site' && request.method !== 'GET'
  if (originHost === null || !isOwn(originHost, publicUrl) || crossSite) {
    throw new AppError('origin_forbidden', 'The request comes from a page of another site.')
  }
}

function isOwn(host: string, publicUrl: string | null): boolean {
  return isLoopbackHost(host) || (publicUrl !== null && host === hostNameOf(publicUrl))
}

/**
 * Whoever reaches the port could use the machine: without keys only this machine may.
 *
 * @throws AppError `config_invalid`
 */
export function checkListeningAddress(host: string, apiKeys: readonly string[]): void {
  if (apiKeys.length > 0 || isLoopbackHost(host)) return
  throw new AppError(
    'config_invalid',
    `The server would listen on ${host} without any API key: set INFINITETALK_API_KEYS, or listen on 127.0.0.1.`,
  )
}

/** Names and addresses that mean this machine, as a URL spells them. */
function isLoopbackHost(host: string): boolean {
  return (
    host === 'localhost' || host === '[::1]' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
  )
}

function hostNameOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).hostname.toLowerCase() : null
}
