// Reports each answer when its last byte is sent or its connection is closed.
import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify'
import type { HttpOptions } from './http-options.ts'
import { reportChange } from './report-change.ts'

/** Status for a caller that hung up before the answer, as in nginx. */
const HUNG_UP = 499

export function reportAnswer({ observer, clock }: Pick<HttpOptions, 'observer' | 'clock'>) {
  return (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void => {
    const { socket } = request.raw
    const sinceMs = clock.monotonicMs()
    const readBefore = socket.bytesRead
    const writtenBefore = socket.bytesWritten
    reply.raw.once('close', () => {
      observer.observe({
        type: 'http.answered',
        requestId: request.id,
        method: request.method,
        operation: request.routeOptions.config.operationId ?? 'none',
        status: reply.raw.headersSent ? reply.statusCode : HUNG_UP,
        durationMs: clock.monotonicMs() - sinceMs,
        bytesIn: socket.bytesRead - readBefore,
        bytesOut: socket.bytesWritten - writtenBefore,
        ownerKey: request.caller?.ownerKey ?? null,
        jobId: request.jobId,
        errorCode: reply.problemCode,
      })
      if (reply.raw.headersSent) reportChange(request, reply, observer)
    })
    done()
  }
}
