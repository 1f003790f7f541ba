// The part of the gateway that speaks REST: a task of an endpoint begins and ends, a callback is signed. What fails is tried again
// as beta9's own runner does, and after that told: no render fails because its bookkeeping does.
import { setTimeout as sleep } from 'node:timers/promises'
import { isRecord } from '@infinitetalk/contract'
import { AppError, toAppError } from '../../domain/errors.ts'
import { causeOf, readBoundedText } from '../../net/bounded-answer.ts'
import { USER_AGENT } from '../../net/user-agent.ts'
import type { RunnerEnvironment } from './read-environment.ts'

export type EndStatus = 'COMPLETE' | 'ERROR' | 'CANCELLED' | 'TIMEOUT'

export interface Signature {
  /** Hexadecimal. */
  readonly signature: string
  /** Seconds since 1970, as text. */
  readonly timestamp: string
}

interface Tries {
  readonly count: number
  readonly firstPauseMs: number
  readonly longestPauseMs: number
}

const START: Tries = { count: 4, firstPauseMs: 100, longestPauseMs: 1000 }
const END: Tries = { count: 3, firstPauseMs: 1000, longestPauseMs: 4000 }
const SIGN: Tries = END
const ANSWER_MS = 10_000
const MAX_ANSWER_BYTES = 1024 * 1024

export class GatewayRest {
  readonly #environment: RunnerEnvironment

  constructor(environment: RunnerEnvironment) {
    this.#environment = environment
  }

  /** @throws AppError `engine_unreachable`, `engine_failed` */
  async startTask(taskId: string): Promise<void> {
    const { containerId } = this.#environment
    await this.#post('tasks/start', { task_id: taskId, container_id: containerId }, START)
  }

  /** @throws AppError `engine_unreachable`, `engine_failed` */
  async endTask(taskId: string, status: EndStatus, seconds: number): Promise<void> {
    const { containerId, containerHostname, keepWarmSeconds } = this.#environment
    const body = {
      task_id: taskId,
      task_duration: seconds,
      task_status: status,
      container_id: containerId,
      container_hostname: containerHostname,
      keep_warm_seconds: keepWarmSeconds,
    }
    await this.#post('tasks/end', body, END)
  }

  /** With the key of the workspace, which never comes here. @throws AppError `engine_unreachable`, `engine_failed` */
  async sign(payload: string): Promise<Signature> {
    const body = { payload: Buffer.from(payload).toString('base64') }
    const answer = await this.#post('auth/sign', body, SIGN)
    const { signature, timestamp } = answer
    if (typeof signature === 'string' && signature !== '' && timestamp !== undefined) {
      return { signature, timestamp: String(timestamp) }
    }
    throw new AppError('engine_failed', 'The gateway of Beam gave no signature.')
  }

  async #post(
    path: string,
    body: object,
    tries: Tries,
  ): Promise<Readonly<Record<string, unknown>>> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#postOnce(path, body)
      } catch (thrown) {
        const error = toAppError(thrown)
        if (error.code !== 'engine_unreachable' || attempt === tries.count) throw error
        await sleep(Math.min(tries.firstPauseMs * 2 ** (attempt - 1), tries.longestPauseMs))
      }
    }
  }

  async #postOnce(path: string, body: object): Promise<Readonly<Record<string, unknown>>> {
    const { gatewayUrl, token } = this.#environment
    const what = `POST /api/v1/gateway/${path}`
    let status: number
    let text: string
    try {
      const response = await fetch(`${gatewayUrl}/api/v1/gateway/${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'user-agent': USER_AGENT,
        },
        body: JSON.stringify(body),
        redirect: 'error',
        signal: AbortSignal.timeout(ANSWER_MS),
      })
      status = response.status
      text = await readBoundedText(response, MAX_ANSWER_BYTES, 'Beam')
    } catch (cause) {
      const detail = `The gateway of Beam cannot be reached: ${what} failed (${causeOf(cause)}).`
      throw new AppError('engine_unreachable', detail, { cause })
    }
    const code = status === 429 || status >= 500 ? 'engine_unreachable' : 'engine_failed'
    if (status !== 200) throw new AppError(code, `Beam answered ${what} with HTTP ${status}.`)
    const answer: unknown = parse(text)
    if (!isRecord(answer))
      throw new AppError('engine_failed', `Beam answered ${what} with no JSON.`)
    if (answer.ok === false) {
      const said = String(answer.errMsg ?? answer.err_msg ?? 'no reason')
      throw new AppError('engine_failed', `Beam refused ${what}: ${said}.`)
    }
    return answer
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
