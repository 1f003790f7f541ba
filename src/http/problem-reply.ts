// Sends an error as problem+json with its status, Retry-After and the id of the request. The log gets the details of unexpected
// errors; the caller does not.
import { type ErrorCode, PROBLEM_CONTENT_TYPE, type Problem } from '@infinitetalk/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Observer } from '../app/ports/observer.ts'
import { AppError, describeError, toAppError } from '../domain/errors.ts'
import { hasBody } from './body/json-body.ts'
import { lingering } from './linger.ts'

/** Retry-After in seconds. */
const RETRY_AFTER_S: Partial<Readonly<Record<ErrorCode, number>>> = {
  idempotency_in_flight: 1,
  video_not_ready: 2,
  server_busy: 2,
  stopping: 5,
  store_unavailable: 5,
  tool_killed: 10,
  queue_full: 10,
  uploads_pending: 10,
  engine_unavailable: 30,
  disk_full: 60,
}

/** Errors after which the rest of the body is not read. */
const AT_ONCE: ReadonlySet<ErrorCode> = new Set(['request_timeout', 'stopping'])

declare module 'fastify' {
  interface FastifyReply {
    /** Code of the sent problem, for the log. */
    problemCode: ErrorCode | null
  }
}

export function createProblemReply(observer: Observer) {
  return (thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const error = toSafeError(thrown)
    if (error.code === 'internal_error') {
      observer.observe({ type: 'http.failed', requestId: request.id, error: thrown })
    }
    return sendProblem(error, request, reply)
  }
}

export function sendProblem(
  error: AppError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { code } = error
  reply.problemCode = code
  const { retryAfterS = RETRY_AFTER_S[code] } = error.meta as { readonly retryAfterS?: number }
  if (retryAfterS !== undefined) reply.header('retry-after', retryAfterS)
  if (code === 'unauthenticated') reply.header('www-authenticate', 'Bearer')
  if (code === 'scope_missing') {
    reply.header(
      'www-authenticate',
      `Bearer error="insufficient_scope", scope="${error.meta.scope}"`,
    )
  }
  // The rest of the body would be read as the next request.
  const isUnread = hasBody(request.raw) && !request.raw.complete
  if (isUnread) reply.header('connection', 'close')
  // The reply may already have headers of another answer.
  for (const name of ['content-length', 'content-disposition', 'etag', 'repr-digest']) {
    reply.removeHeader(name)
  }
  const problem = problemOf(error, request.id, pathOf(request.url))
  // As bytes, because fastify adds a charset to texts, which this type does not have (RFC 9457, 6.1).
  const body = Buffer.from(JSON.stringify(problem))
  reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .header('content-type', PROBLEM_CONTENT_TYPE)
  if (!isUnread || AT_ONCE.has(code) || request.method === 'HEAD') return reply.send(body)
  return reply.header('content-length', body.length).send(lingering(body, request.raw))
}

export function problemOf(error: AppError, requestId: string, instance: string): Problem {
  return { ...describeError(error), instance, request_id: requestId } as Problem
}

/** Without the query, which may hold the signature of a link. */
function pathOf(url: string): string {
  return url.split('?', 1)[0]!.slice(0, 200)
}

function toSafeError(thrown: unknown): AppError {
  if (isFastifyError(thrown) && thrown.statusCode < 500) {
    return new AppError('request_malformed', 'The request cannot be read.', { cause: thrown })
  }
  const error = toAppError(thrown)
  if (error.code !== 'internal_error' || thrown instanceof AppError) return error
  return new AppError('internal_error', 'Internal error; the log has the details.', {
    cause: thrown,
  })
}

function isFastifyError(thrown: unknown): thrown is Error & { readonly statusCode: number } {
  return thrown instanceof Error && /^FST_/.test((thrown as NodeJS.ErrnoException).code ?? '')
}
