// Admits requests before their body is read. With API keys, a request needs one; without, it must come from this machine. A page
// in a browser may change data only if it is the hub's own or its origin is configured.
import type { FastifyRequest } from 'fastify'
import { AppError } from '../domain/errors.ts'
import { type ApiKeys, bareKeyOf, bearerOf } from './api-keys.ts'
import { hostNameOf, isLoopbackHost } from './own-hosts.ts'
import type { LinkQuery, LinkSigner } from './signed-url.ts'

export interface GuardOptions {
  readonly keys: ApiKeys
  readonly signer: LinkSigner | null
  readonly publicUrl: string | null
  /** Origins, beside the hub's own, whose pages may change data. */
  readonly allowedOrigins: readonly string[]
  nowMs(): number
}

/** @throws AppError `unauthenticated`, `link_invalid`, `host_forbidden`, `origin_forbidden`, `scope_missing` */
export async function guardRequest(request: FastifyRequest, options: GuardOptions): Promise<void> {
  if (options.keys.none) guardHost(request, options)
  else if (request.routeOptions.config.operation?.open !== true) {
    await guardWithKeys(request, options)
  }
  guardOrigin(request, options)
  guardScope(request)
}

async function guardWithKeys(
  request: FastifyRequest,
  { keys, signer, nowMs }: GuardOptions,
): Promise<void> {
  const query = request.query as LinkQuery
  const { operation } = request.routeOptions.config
  if (operation?.linkable === true && typeof query.signature === 'string') {
    const path = request.url.split('?', 1)[0]!
    try {
      signer?.verify(path, { ...query, expires: String(query.expires) }, nowMs())
      return
    } catch (error) {
      // A key opens what an expired link, as in an old event, no longer does.
      if (request.headers.authorization === undefined) throw error
    }
  }
  // Two headers would let a proxy check one and us another.
  const given = request.raw.rawHeaders.filter(
    (name, index) => index % 2 === 0 && name.toLowerCase() === 'authorization',
  )
  if (given.length > 1) {
    throw new AppError('unauthenticated', 'The header Authorization is repeated.')
  }
  const { authorization } = request.headers
  const takesBare = operation?.tag === 'runpod'
  const key = bearerOf(authorization) ?? (takesBare ? bareKeyOf(authorization) : null)
  if (key === null) throw noKey(request)
  request.caller = await keys.find(key)
  if (request.caller === null) throw new AppError('unauthenticated', 'The API key is unknown.')
}

/** Reading needs `read`, everything else `write`; what concerns all keys needs an admin key. */
function guardScope({ method, caller, routeOptions }: FastifyRequest): void {
  // A tool calls the API with the same key, which is checked there.
  if (caller?.rules === undefined || routeOptions.config.operationId === 'mcp') return
  const needed = /^(GET|HEAD|OPTIONS)$/.test(method) ? 'read' : 'write'
  const lacksAdmin = routeOptions.config.operation?.admin === true && !caller.isAdmin
  const scope = lacksAdmin ? 'admin' : needed
  if (!lacksAdmin && caller.rules.scopes.includes(needed)) return
  const detail = `The key "${caller.ownerKey}" lacks the scope "${scope}".`
  throw new AppError('scope_missing', detail, { meta: { scope } })
}

/** Proxies log URLs, so Beam's `auth_token` in the query is not read. */
function noKey({ query }: FastifyRequest): AppError {
  const inUrl = Object.hasOwn(query as object, 'auth_token')
  const hint = inUrl ? ' It belongs in the header Authorization, not in the URL.' : ''
  return new AppError('unauthenticated', `No API key was sent.${hint}`)
}

/** Prevents DNS rebinding: a page of evil.example, resolved to 127.0.0.1, still sends evil.example as Host. */
function guardHost({ headers }: FastifyRequest, { publicUrl }: GuardOptions): void {
  const said = headers.host ?? ''
  const host = hostNameOf(`http://${said}`)
  const isOwn = host !== null && (isLoopbackHost(host) || host === hostNameOf(publicUrl ?? ''))
  if (!isOwn) {
    throw new AppError('host_forbidden', `"${said.slice(0, 80)}" is not a name of this hub.`)
  }
}

/** Pages from another port of this machine are foreign: they belong to another program. */
function guardOrigin({ method, headers }: FastifyRequest, options: GuardOptions): void {
  if (method === 'GET' || method === 'HEAD') return
  const { origin } = headers
  const isForeign =
    origin === undefined
      ? /^(cross|same)-site$/.test(String(headers['sec-fetch-site']))
      : !isAllowedOrigin(origin, headers.host ?? '', options)
  if (!isForeign) return
  const from = origin === undefined ? 'another site' : `"${origin.slice(0, 80)}"`
  throw new AppError('origin_forbidden', `The request comes from a page of ${from}.`)
}

function isAllowedOrigin(
  origin: string,
  host: string,
  { publicUrl, allowedOrigins }: Pick<GuardOptions, 'publicUrl' | 'allowedOrigins'>,
): boolean {
  // A sandboxed frame says "null".
  if (!URL.canParse(origin)) return false
  const { protocol, origin: page } = new URL(origin)
  // The scheme may differ: behind a proxy with TLS the hub sees http.
  const own = [`${protocol}//${host}`, publicUrl ?? '', ...allowedOrigins]
  return own.some((url) => URL.canParse(url) && new URL(url).origin === page)
}

/**
 * Without keys everybody who reaches the port could use the machine, so the hub listens on loopback only.
 *
 * @throws AppError `config_invalid`
 */
export function checkListeningAddress(host: string, hasKeys: boolean): void {
  if (hasKeys || isLoopbackHost(host)) return
  throw new AppError(
    'config_invalid',
    `The server would listen on ${host} without any API key: set INFINITETALK_API_KEYS, run "infinitetalk keys create", or listen on 127.0.0.1.`,
  )
}
