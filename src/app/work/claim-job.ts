// Takes the next job from the queue and begins its attempt in one transaction, so the lease and the attempt have the same worker.
import { isTerminal, type Job, type JobError } from '../../domain/job.ts'
import type { Ability } from '../../domain/worker-needs.ts'
import type { HubPorts } from '../hub-ports.ts'
import { announceChange, type ChangedJob, changeJobWithin } from '../jobs/change-job.ts'
import type { Lease } from '../ports/dispatch.ts'
import type { Transaction } from '../ports/unit-of-work.ts'

export interface ClaimedJob {
  readonly lease: Lease
  readonly job: Job
  /** The time of the request, by this process's monotonic clock: the lease began no earlier. */
  readonly claimedAtMs: number
}

/** Entries without a job to run are removed on the way; at most this many, so that the transaction stays short. */
const MAX_STRAYS = 20

export type ClaimPorts = Pick<
  HubPorts,
  | 'unitOfWork'
  | 'jobs'
  | 'batches'
  | 'events'
  | 'dispatch'
  | 'keyUsage'
  | 'deliveries'
  | 'webhooks'
  | 'signals'
  | 'observer'
  | 'clock'
  | 'limits'
  | 'ids'
>

export interface Claimer {
  readonly workerId: string
  /** The jobs that it can render; null accepts any job. */
  readonly abilities: readonly Ability[] | null
}

/** @returns null when nothing waits */
export async function claimJob(
  { workerId, abilities }: Claimer,
  ports: ClaimPorts,
): Promise<ClaimedJob | null> {
  const changes: ChangedJob[] = []
  const claimed = await ports.unitOfWork.write(async (tx) => {
    changes.length = 0
    const claimedAtMs = ports.clock.monotonicMs()
    for (let strays = 0; strays < MAX_STRAYS; strays += 1) {
      const lease = await ports.dispatch.claim(tx, {
        workerId,
        token: ports.ids.newToken(),
        nowMs: ports.clock.epochMs(),
        abilities,
        maxPerKey: ports.limits.renderMaxPerCaller,
      })
      if (lease === null) return null
      const changed = await begin(tx, lease, ports)
      if (changed === null) continue
      changes.push(changed)
      if (changed.job.status === 'running') return { lease, job: changed.job, claimedAtMs }
    }
    return null
  })
  for (const changed of changes) announceChange(changed, ports)
  return claimed
}

/** @returns null for an entry whose job is deleted or has ended: the entry is removed */
async function begin(tx: Transaction, lease: Lease, ports: ClaimPorts): Promise<ChangedJob | null> {
  const job = await ports.jobs.get(tx, lease.jobId)
  if (job === null || isTerminal(job.status)) {
    await ports.dispatch.remove(tx, lease.jobId)
    return null
  }
  const missed = missedDeadline(job, ports.clock.epochMs())
  if (missed !== null) return changeJobWithin(tx, job, missed, ports)
  // The entry is delivered again while the row says `running`: its worker was lost, and no sweep has noticed yet.
  const { attempt, status } = job
  if (status === 'running') {
    const event = { type: 'worker-lost', attempt, maxLosses: ports.limits.workerMaxLosses } as const
    return changeJobWithin(tx, job, { event, edits: { error: WORKER_LOST } }, ports)
  }
  return changeJobWithin(tx, job, { event: { type: 'claim' } }, ports)
}

/** The transition of a job that is past its time; null when it is not. */
export function missedDeadline(job: Job, nowMs: number) {
  if (job.deadlineMs !== null && job.deadlineMs <= nowMs) {
    return { event: { type: 'deadline' }, edits: { error: DEADLINE_PASSED } } as const
  }
  const { startDeadlineMs, attempt } = job
  if (attempt > 0 || startDeadlineMs === null || startDeadlineMs > nowMs) return null
  return { event: { type: 'start-deadline' }, edits: { error: START_DEADLINE_PASSED } } as const
}

export const WORKER_LOST: JobError = {
  code: 'worker_lost',
  detail:
    'The worker of the job was lost more often than INFINITETALK_LIMIT_WORKER_MAX_LOSSES allows.',
  pointer: null,
  node: null,
}

export const DEADLINE_PASSED: JobError = {
  code: 'deadline_passed',
  detail: 'The job had not ended when its deadline_s passed.',
  pointer: '/deadline_s',
  node: null,
}

const START_DEADLINE_PASSED: JobError = {
  code: 'start_deadline_passed',
  detail: 'The job had not started when its start_within_s passed.',
  pointer: '/start_within_s',
  node: null,
}
