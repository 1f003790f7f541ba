// Tells the gateway how a task ended, until it is heard: what was rendered must not be rendered again because a gateway was away. What
// the gateway decided meanwhile is not overruled, as it would be by any end that is told after it.
import { setTimeout as sleep } from 'node:timers/promises'
import { type AppError, toAppError } from '../../domain/errors.ts'
import { describeFailure } from '../describe-task.ts'
import type { Claim } from './hold-claim.ts'
import type { QueueClient } from './queue-client.ts'
import type { CompleteRequest } from './queue-messages.ts'
import type { CallbackStatus } from './send-callback.ts'
import type { TaskLog } from './task-log.ts'

export interface TaskEnd {
  /** null: the gateway knows already. */
  readonly told: CompleteRequest['taskStatus'] | null
  /** For whoever waits for a callback; null when another container will have some. */
  readonly news: CallbackStatus | null
  readonly result: object
}

export interface EndedTask {
  readonly taskId: string
  readonly seconds: number
  readonly end: TaskEnd
}

export interface TellPorts {
  readonly client: Pick<QueueClient, 'complete'>
  readonly log: TaskLog
}

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 5000
/** A gateway that is away for longer will deliver the task again, and then its job is found finished. */
const TELL_MS = 10 * 60_000

/** The end of a task that the gateway took away, for the reason that it gave. */
export function endByVerdict(reason: AppError): TaskEnd {
  const result = describeFailure(reason)
  if (reason.code === 'worker_lost') return { told: null, news: null, result }
  return { told: null, news: reason.code === 'job_timeout' ? 'TIMEOUT' : 'CANCELLED', result }
}

/** @returns the end that counts: the gateway's, when it decided before it heard ours */
export async function tellEnd(
  { taskId, seconds, end }: EndedTask,
  claim: Pick<Claim, 'signal'>,
  { client, log }: TellPorts,
): Promise<TaskEnd> {
  if (end.told === null) return end
  const result = Buffer.from(JSON.stringify(end.result))
  const request = { taskId, taskDuration: seconds, taskStatus: end.told, result }
  const deadlineMs = performance.now() + TELL_MS
  let wasSent = false
  for (let pauseMs = FIRST_PAUSE_MS; !claim.signal.aborted; ) {
    try {
      wasSent = true
      await client.complete(request)
      return end
    } catch (thrown) {
      const { code, detail } = toAppError(thrown)
      log.say(taskId, detail)
      if (code !== 'engine_unreachable' || performance.now() > deadlineMs) return end
      await sleep(pauseMs, undefined, { signal: claim.signal }).catch(() => {})
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
    }
  }
  const reason = toAppError(claim.signal.reason)
  // Whether it was our end, heard without an answer, that ended the claim, nobody says: rather told twice than never.
  if (reason.code === 'worker_lost' && wasSent) return end
  log.say(taskId, `The gateway decided first (${reason.code}): ${reason.detail}`)
  return endByVerdict(reason)
}
