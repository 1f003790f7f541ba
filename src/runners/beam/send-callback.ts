// Tells whoever waits for a task that it has ended, as beta9's own runner would: signed with the key of the workspace, tried again
// where it certainly was not heard, and never the reason that a task fails. The video is not in it: only what is said of it.
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, toAppError } from '../../domain/errors.ts'
import type { NetworkGuard } from '../../net/guarded-connector.ts'
import { guardedRequest } from '../../net/guarded-request.ts'
import type { GatewayRest } from './gateway-rest.ts'
import type { TaskLog } from './task-log.ts'

export type CallbackStatus = 'COMPLETE' | 'ERROR' | 'CANCELLED' | 'TIMEOUT' | 'RETRY'

export interface Callback {
  readonly url: string
  readonly taskId: string
  readonly status: CallbackStatus
  readonly data: unknown
}

export interface CallbackPorts {
  readonly gateway: GatewayRest
  readonly guard: NetworkGuard
  readonly log: TaskLog
}

const MAX_TRIES = 3
const FIRST_PAUSE_MS = 500
const ANSWER_MS = 30_000
const AGAIN: ReadonlySet<number> = new Set([408, 425, 429])

/** Never throws: what went wrong is in the log of the task. */
export async function sendCallback(callback: Callback, ports: CallbackPorts): Promise<void> {
  const { taskId, url } = callback
  const host = URL.parse(url)?.host ?? 'its host'
  try {
    const body = JSON.stringify({ data: callback.data })
    const { signature, timestamp } = await ports.gateway.sign(body)
    const headers = {
      'content-type': 'application/json',
      'x-task-id': taskId,
      'x-task-status': callback.status,
      'x-task-signature': signature,
      'x-task-timestamp': timestamp,
    }
    for (let attempt = 1; ; attempt += 1) {
      const answer = await post({ url, headers, body }, ports.guard)
      if (answer.delivered) return
      if (!answer.mayRepeat || attempt === MAX_TRIES) {
        ports.log.say(taskId, `The callback to ${host} failed: ${answer.why}`)
        return
      }
      await sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1))
    }
  } catch (thrown) {
    const { detail } = toAppError(thrown)
    ports.log.say(taskId, `The callback to ${host} was not sent: ${detail}`)
  }
}

interface Delivery {
  readonly delivered: boolean
  /** Whether the receiver certainly did not take it, or asks for it again. */
  readonly mayRepeat: boolean
  readonly why: string
}

async function post(
  request: {
    readonly url: string
    readonly headers: Record<string, string>
    readonly body: string
  },
  guard: NetworkGuard,
): Promise<Delivery> {
  const tooLate = new AppError('url_timeout', `no answer within ${ANSWER_MS / 1000} s.`)
  const ending = new AbortController()
  const timer = setTimeout(() => ending.abort(tooLate), ANSWER_MS)
  try {
    const response = await guardedRequest(
      { ...request, method: 'POST', signal: ending.signal },
      guard,
    )
    await response.close()
    const { status } = response
    const delivered = status >= 200 && status < 300
    return { delivered, mayRepeat: AGAIN.has(status) || status >= 500, why: `HTTP ${status}.` }
  } catch (thrown) {
    const { code, detail } = toAppError(thrown)
    // Who was too slow to answer may have taken it.
    return { delivered: false, mayRepeat: code === 'url_unreachable', why: detail }
  } finally {
    clearTimeout(timer)
  }
}
