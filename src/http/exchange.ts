// One request and its answer as handlers see them: parsed parameters and the caller, beside fastify's objects.
import { type ApiOperation, parseQuery } from '@infinitetalk/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Allowance, Caller, Hub, SubmitOptions } from '../app/hub.ts'
import { hubFor } from '../app/keys/hub-for.ts'
import type { WallClock } from '../app/ports/clock.ts'
import { acceptRequest } from './accept-request.ts'
import { ANONYMOUS } from './api-keys.ts'
import type { BodyRules } from './body/body-chunks.ts'
import { type JsonBodyRules, readJsonBody } from './body/json-body.ts'
import type { MemoryBudget } from './body/memory-budget.ts'
import { addressInUrl, hostNameOf, isOwnHost } from './own-hosts.ts'
import type { RecentIds } from './recent-ids.ts'
import type { Seats } from './seats.ts'
import type { LinkSigner } from './signed-url.ts'

/** Shared by all exchanges. */
export interface HttpScope {
  readonly hub: Hub
  readonly clock: WallClock
  readonly publicUrl: string | null
  /** Address on which the server listens. */
  readonly host: string
  /** Folder for videos of requests with `network_volume`. */
  readonly volumeDir: string
  readonly budget: MemoryBudget
  readonly streams: Seats
  /** Seats for requests that wait for a job. */
  readonly waits: Seats
  /** Jobs whose output a stream of RunPod's has brought. */
  readonly streamed: RecentIds
  /** null without API keys: then links need no signature. */
  readonly signer: LinkSigner | null
  /** Aborted when the server begins to close, which ends streams and waits. */
  readonly closing: AbortSignal
  /** Aborted with `stopping` when requests that are still being accepted run out of time. */
  readonly ending: AbortSignal
}

export interface Exchange<Query = unknown> extends HttpScope {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly query: Query
  readonly caller: Caller
  /** Without a slash at the end. */
  readonly baseUrl: string
  /** Aborted when the caller hangs up, or when the server ends before the answer is ready. */
  readonly gone: AbortSignal
}

declare module 'fastify' {
  interface FastifyRequest {
    /** null before a key is checked, and on routes that need none. */
    caller: Caller | null
    /** The rest of the limits of the key after this request; null without a key. */
    allowances: readonly Allowance[] | null
    /** Job of the request, for the log. */
    jobId: string | null
    /** File of the request, for the log. */
    fileId: string | null
  }
  interface FastifyContextConfig {
    operationId?: string
    operation?: ApiOperation
  }
}

/** @throws AppError `invalid_request`, `unknown_field` for its query */
export function openExchange<Operation extends ApiOperation>(
  request: FastifyRequest,
  reply: FastifyReply,
  operation: Operation,
  scope: HttpScope,
): Exchange {
  const query = acceptRequest(parseQuery(operation.query, request.query))
  const gone = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort()
  })
  const caller = request.caller ?? ANONYMOUS
  return {
    ...scope,
    hub: hubFor(caller, scope.hub),
    request,
    reply,
    query,
    caller,
    baseUrl: baseUrlOf(request, scope),
    gone: AbortSignal.any([gone.signal, scope.ending]),
  }
}

/** The public URL; else the Host header if it is a name of the hub; else the address of the connection. */
function baseUrlOf({ host, socket }: FastifyRequest, scope: HttpScope): string {
  if (scope.publicUrl !== null) return scope.publicUrl.replace(/\/+$/, '')
  const called = hostNameOf(`http://${host}`)
  if (called !== null && isOwnHost(called, scope)) return `http://${host}`
  return `http://${addressInUrl(socket.localAddress ?? '127.0.0.1', socket.localPort ?? 0)}`
}

/** Ends a wait when the caller hangs up or the server closes. */
export function waitSignal({ gone, closing }: Exchange): AbortSignal {
  return AbortSignal.any([gone, closing])
}

export function pathParameter({ request }: Exchange, name: string): string {
  return (request.params as Readonly<Record<string, string>>)[name] ?? ''
}

/** Text of a header; the first of repeated ones. */
export function headerOf({ request }: Pick<Exchange, 'request'>, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}

export function bodyRules({ hub, gone }: Exchange, maxBytes: number): BodyRules {
  return { maxBytes, idleTimeoutMs: hub.status.limits().bodyIdleTimeoutMs, signal: gone }
}

export async function readJson(exchange: Exchange, maxBytes: number): Promise<unknown> {
  const rules: JsonBodyRules = { ...bodyRules(exchange, maxBytes), budget: exchange.budget }
  return readJsonBody(exchange.request.raw, rules)
}

/** Answers before the media are decoded, for clients that give up after a few seconds, such as RunPod's SDK. */
export function hastySubmitOptions(exchange: Exchange): SubmitOptions {
  return { ...submitOptions(exchange), checkInputsLater: true }
}

export function submitOptions(exchange: Exchange): SubmitOptions {
  const { request, caller, baseUrl, gone } = exchange
  return {
    caller,
    idempotencyKey: headerOf(exchange, 'idempotency-key') ?? null,
    route: `${request.method} ${request.routeOptions.url}`,
    hubUrl: baseUrl,
    signal: gone,
  }
}
