// A job with its present place in the queue and the seconds until its end.
import type { Job } from '../../domain/job.ts'
import { reasonToWait, roomFor } from '../../domain/worker-status.ts'
import type { JobView } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import type { Transaction } from '../ports/unit-of-work.ts'
import { abilityFor } from '../work/abilities.ts'
import { expectedSeconds } from './expected-time.ts'

/** Jobs further back get no place: it would change before it is read, and counting takes time. */
const MAX_PLACE = 1000

export type ViewPorts = Pick<
  HubPorts,
  'dispatch' | 'workers' | 'speeds' | 'engines' | 'limits' | 'clock'
>

export async function viewJob(tx: Transaction, job: Job, ports: ViewPorts): Promise<JobView> {
  const [view] = await viewJobs(tx, [job], ports)
  return view!
}

export async function viewJobs(
  tx: Transaction,
  jobs: readonly Job[],
  ports: ViewPorts,
): Promise<readonly JobView[]> {
  const waiting = jobs.filter(({ status }) => status === 'queued').map(({ id }) => id)
  const places = await ports.dispatch.places(tx, waiting, MAX_PLACE)
  const leased = waiting.length === 0 ? 0 : (await ports.dispatch.figures(tx)).leased
  const isShared = ports.workers.isShared && waiting.length > 0
  const workers = isShared ? await ports.workers.living(tx) : null
  const nowMs = ports.clock.epochMs()
  const views: JobView[] = []
  for (const job of jobs) {
    const queuePosition = places.get(job.id) ?? null
    const isQueued = workers !== null && job.status === 'queued'
    const wanted = abilityFor(job, ports.engines)
    const waitingReason = isQueued ? reasonToWait(wanted, workers) : null
    const room = (isQueued && roomFor(wanted, workers)) || ports.limits.renderMaxParallel
    const standing = { queuePosition, leased, room, nowMs }
    const etaSeconds = await secondsLeft(tx, job, standing, ports)
    const etaRange = job.status === 'running' ? (job.progress?.etaRange ?? null) : null
    views.push({ job, queuePosition, etaSeconds, etaRange, waitingReason, nowMs })
  }
  return views
}

interface Standing {
  readonly queuePosition: number | null
  readonly leased: number
  /** Jobs that are rendered at a time. */
  readonly room: number
  readonly nowMs: number
}

async function secondsLeft(
  tx: Transaction,
  job: Job,
  { queuePosition, leased, room, nowMs }: Standing,
  ports: ViewPorts,
): Promise<number | null> {
  if (job.status === 'running') {
    if (job.progress?.etaSeconds != null) return job.progress.etaSeconds
    const whole = await expectedSeconds(tx, job, ports)
    if (whole === null || job.startedAtMs === null) return null
    return Math.max(0, whole - (nowMs - job.startedAtMs) / 1000)
  }
  if (job.status !== 'queued' || queuePosition === null) return null
  const own = await expectedSeconds(tx, job, ports)
  if (own === null) return null
  // Assumes that the jobs ahead take as long as this one; reading all their rows is not worth the time.
  const ahead = queuePosition - 1 + leased
  return own * (1 + Math.floor(ahead / room))
}
