// Writes a new job, its first event and its place in the queue, in the transaction that accepts it.
import { AppError } from '../../domain/errors.ts'
import type { JobId } from '../../domain/ids.ts'
import type { Job, JobInput } from '../../domain/job.ts'
import { INITIAL_STATE } from '../../domain/job-state.ts'
import type { HubPorts } from '../hub-ports.ts'
import type { Engine } from '../ports/engine.ts'
import type { Transaction } from '../ports/unit-of-work.ts'

export interface NewJob {
  readonly id: JobId
  readonly ownerKey: string
  readonly input: JobInput
  readonly engine: Engine
  readonly expected: Job['expected']
  readonly retryOf: JobId | null
}

type Ports = Pick<HubPorts, 'jobs' | 'events' | 'dispatch' | 'clock' | 'limits'>

/** @throws AppError `queue_full` */
export async function createJob(tx: Transaction, request: NewJob, ports: Ports): Promise<Job> {
  await checkQueueHasRoom(tx, request.ownerKey, ports)
  const nowMs = ports.clock.epochMs()
  const { input } = request
  const job: Job = {
    id: request.id,
    ownerKey: request.ownerKey,
    status: INITIAL_STATE.status,
    version: 1,
    attempt: INITIAL_STATE.attempt,
    losses: INITIAL_STATE.losses,
    crashes: INITIAL_STATE.crashes,
    input,
    engine: request.engine.name,
    expected: request.expected,
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
    remoteRender: null,
  }
  await ports.jobs.insert(tx, job)
  await ports.events.append(tx, {
    jobId: job.id,
    attempt: 0,
    atMs: nowMs,
    body: { type: 'queued' },
  })
  await ports.dispatch.enqueue(tx, {
    jobId: job.id,
    priority: input.priority,
    concurrencyKey: job.ownerKey,
    availableAtMs: nowMs,
  })
  return job
}

/** @throws AppError `queue_full` */
export async function checkQueueHasRoom(
  tx: Transaction,
  ownerKey: string,
  { dispatch, limits }: Pick<Ports, 'dispatch' | 'limits'>,
): Promise<void> {
  const unfinished = await dispatch.load(tx, ownerKey)
  if (unfinished < limits.queueMaxJobs) return
  const detail = `${unfinished} jobs wait or run already; the maximum is ${limits.queueMaxJobs}.`
  throw new AppError('queue_full', detail, { meta: { unfinished, most: limits.queueMaxJobs } })
}

function after(nowMs: number, seconds: number | null): number | null {
  return seconds === null ? null : Math.round(nowMs + seconds * 1000)
}
