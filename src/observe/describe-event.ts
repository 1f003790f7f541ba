// Describes each event as a log line: its level, its sentence, and the members that a program can search by.
import type { HubEvent } from '../app/ports/observer.ts'
import { redactText } from './redact.ts'

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  /** The sentence that a person reads. */
  readonly message: string
  /** Begins the line on a terminal: done, failed, warning, received, starting. */
  readonly mark: '✅' | '❌' | '⚠️' | '📥' | '🚀' | ''
}

export function describeEvent(event: HubEvent): LogLine {
  switch (event.type) {
    case 'http.listening':
      return line('info', '🚀', `listening on ${event.url}`)
    case 'http.answered':
      return describeAnswer(event)
    case 'http.failed':
      return line('error', '❌', `a request failed unexpectedly: ${messageOf(event.error)}`)
    case 'job.accepted':
      return line('info', '📥', `job received: ${event.inputBytes} bytes for ${event.engine}`)
    case 'job.started':
      return line('info', '🚀', `job started, attempt ${event.attempt}`)
    case 'job.stage':
      return line('info', '✅', `${event.stage} took ${seconds(event.durationMs)}`)
    case 'job.node':
      return line(
        'info',
        '',
        `node ${event.nodeId} (${event.nodeClass}) took ${seconds(event.durationMs)}`,
      )
    case 'job.requeued':
      return line('warn', '⚠️', `job is back in the queue: ${event.reason}`)
    case 'job.cancel_requested':
      return line('info', '⚠️', 'job is being canceled')
    case 'job.ended':
      return describeEnd(event)
    case 'job.removed':
      return line('info', '', `job removed: ${event.why}`)
    case 'webhook.attempted':
      return describeAttempt(event)
    case 'file.written':
      return line('info', '📥', `file received: ${event.bytes} bytes`)
    case 'worker.lease_lost':
      return line('warn', '⚠️', 'the lease of a job was lost; its render is stopped')
    case 'engine.waiting': {
      const atMost = `waiting for it for at most ${seconds(event.waitMs)}`
      return line('warn', '⚠️', `${event.engine}: ${event.detail} A job is ${atMost}`)
    }
    case 'engine.starting':
      return line('info', '🚀', `${event.engine} is starting`)
    case 'engine.ready':
      return line('info', '✅', `${event.engine} is ready after ${seconds(event.afterMs)}`)
    case 'backend.served':
      return line('debug', '', `${event.backend} has done a job`)
    case 'backend.failed': {
      const out = event.leftOutMs > 0 ? ` It gets no job for ${seconds(event.leftOutMs)}.` : ''
      return line(
        'warn',
        '⚠️',
        `${event.backend} failed a job (${event.code}): ${event.detail}${out}`,
      )
    }
    case 'audit': {
      const { key, action, target } = event
      return line('info', '', `${key ?? 'a command'} changed ${target ?? 'several'}: ${action}`)
    }
    case 'hub.recovered': {
      const { requeued, failed } = event
      const text = `taken up after the last stop: ${requeued} requeued, ${failed} failed`
      return requeued + failed === 0 ? line('debug', '', text) : line('warn', '⚠️', text)
    }
    case 'hub.trouble':
      return line('error', '❌', `trouble in ${event.where}: ${messageOf(event.error)}`)
    case 'hub.event_loop_held':
      return line('warn', '⚠️', `nothing could be answered for ${seconds(event.heldMs)}`)
    case 'hub.disk_low':
      return line(
        'warn',
        '⚠️',
        `the disk is nearly full, no new work is accepted: ${event.freeBytes} bytes are free, ${event.reserveBytes} are kept in reserve`,
      )
  }
}

function describeEnd(event: Extract<HubEvent, { type: 'job.ended' }>): LogLine {
  const took = seconds(event.runningMs)
  switch (event.status) {
    case 'succeeded':
      return line('info', '✅', `job succeeded in ${took}: ${event.outputBytes} bytes`)
    case 'failed':
      return line('error', '❌', `job failed after ${took}: ${event.error?.detail ?? 'no reason'}`)
    case 'canceled':
      return line('info', '⚠️', `job canceled after ${took}`)
  }
}

function describeAttempt(event: Extract<HubEvent, { type: 'webhook.attempted' }>): LogLine {
  const { deliveryId, status, httpStatus, error } = event
  if (status === 'delivered') return line('info', '✅', `event ${deliveryId} delivered`)
  const why = httpStatus === null ? (error ?? 'no answer') : `status ${httpStatus}`
  const next = status === 'pending' ? 'it is sent again later' : `it is ${status}`
  return line('warn', '⚠️', `event ${deliveryId} was not delivered (${why}); ${next}`)
}

/** Polls of a job and probes of a load balancer come every second; a line for each would bury the rest. */
const QUIET = new Set(['livez', 'readyz', 'metrics', 'getJob', 'getTask'])

function describeAnswer(event: Extract<HubEvent, { type: 'http.answered' }>): LogLine {
  const { method, operation, status, durationMs, errorCode } = event
  const code = errorCode === null ? '' : ` ${errorCode}`
  const text = `${method} ${operation} ${status}${code} in ${seconds(durationMs)}`
  if (status >= 500) return line('error', '❌', text)
  if (status >= 400) return line('warn', '⚠️', text)
  return line(QUIET.has(operation) ? 'debug' : 'info', '', text)
}

function messageOf(error: unknown): string {
  return redactText(error instanceof Error ? error.message : String(error))
}

function seconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

function line(level: LogLine['level'], mark: LogLine['mark'], message: string): LogLine {
  return { level, mark, message }
}
