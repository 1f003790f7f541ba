// Writes a new job, its first event and its place in the queue, in the transaction that accepts it.
import { FPS } from '@infinitetalk/arithmetic'
import { AppError } from '../../domain/errors.ts'
import type { BatchId, JobId } from '../../domain/ids.ts'
import type { Job, JobInput } from '../../domain/job.ts'
import { INITIAL_STATE } from '../../domain/job-state.ts'
import { lowerPriority } from '../../domain/key-rules.ts'
import type { Caller } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import { countAccepted } from '../keys/video-quota.ts'
import type { Engine } from '../ports/engine.ts'
import type { Transaction } from '../ports/unit-of-work.ts'
import { abilityFor } from '../work/abilities.ts'
import { createReused, findReusable, type ReusePorts, reuseKeyOf } from './reuse-video.ts'

export interface NewJob {
  readonly id: JobId
  /** Owns the job; its rules hold for it. */
  readonly caller: Caller
  readonly input: JobInput
  readonly engine: Engine
  readonly expected: Job['expected']
  readonly retryOf: JobId | null
  /** Default: it belongs to none. */
  readonly batchId?: BatchId
}

type Ports = ReusePorts & Pick<HubPorts, 'dispatch' | 'keyUsage'>

/** @throws AppError `queue_full`, `quota_exceeded` */
export async function createJob(tx: Transaction, request: NewJob, ports: Ports): Promise<Job> {
  const { caller, expected } = request
  await checkQueueHasRoom(tx, caller.ownerKey, ports)
  const nowMs = ports.clock.epochMs()
  const input = withAllowedPriority(request.input, caller)
  const job: Job = {
    id: request.id,
    ownerKey: caller.ownerKey,
    status: INITIAL_STATE.status,
    version: 1,
    attempt: INITIAL_STATE.attempt,
    losses: INITIAL_STATE.losses,
    crashes: INITIAL_STATE.crashes,
    input,
    engine: request.engine.name,
    expected,
    createdAtMs: nowMs,
    startedAtMs: null,
    firstStartedAtMs: null,
    finishedAtMs: null,
    expiresAtMs: null,
    startDeadlineMs: after(nowMs, input.startWithinSeconds),
    deadlineMs: after(nowMs, input.deadlineSeconds),
    cancelRequestedAtMs: null,
    progress: null,
    stageMs: {},
    output: null,
    error: null,
    retryOf: request.retryOf,
    batchId: request.batchId ?? null,
    remoteRender: null,
  }
  // A retry is a wish for another video.
  const isFirst = request.retryOf === null
  const earlier = isFirst ? await findReusable(tx, job.ownerKey, input, job.engine, ports) : null
  if (earlier !== null) return createReused(tx, job, earlier, ports)
  await ports.jobs.insert(tx, job, reuseKeyOf(input, job.engine))
  await ports.events.append(tx, {
    jobId: job.id,
    attempt: 0,
    atMs: nowMs,
    body: { type: 'queued' },
  })
  await ports.dispatch.enqueue(tx, {
    jobId: job.id,
    priority: input.priority,
    ability: abilityFor(job, new Map([[job.engine, request.engine]])),
    concurrencyKey: job.ownerKey,
    seconds: expected === null ? null : expected.frames / FPS,
    availableAtMs: nowMs,
  })
  await countAccepted(tx, caller, expected, ports)
  return job
}

/** @throws AppError `queue_full` */
export async function checkQueueHasRoom(
  tx: Transaction,
  ownerKey: string,
  { dispatch, limits }: Pick<Ports, 'dispatch' | 'limits'>,
  newJobs = 1,
): Promise<void> {
  const unfinished = await dispatch.load(tx, ownerKey)
  if (unfinished + newJobs <= limits.queueMaxJobs) return
  const more = newJobs === 1 ? '' : ` and ${newJobs} are to come`
  const detail = `${unfinished} jobs wait or run already${more}; the maximum is ${limits.queueMaxJobs}.`
  throw new AppError('queue_full', detail, { meta: { unfinished, most: limits.queueMaxJobs } })
}

/** Requests for a higher priority than allowed were rejected before; here it is the default, or that of the repeated job. */
function withAllowedPriority(input: JobInput, { rules }: Caller): JobInput {
  const priority = lowerPriority(input.priority, rules?.maxPriority ?? 'high')
  return priority === input.priority ? input : { ...input, priority }
}

function after(nowMs: number, seconds: number | null): number | null {
  return seconds === null ? null : Math.round(nowMs + seconds * 1000)
}
