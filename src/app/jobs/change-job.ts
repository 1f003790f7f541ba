// The only way a job changes: one transaction writes its row, its event and its place in the queue, then waiting readers are
// woken. Nothing is written when the transition is refused.
import type { JobId } from '../../domain/ids.ts'
import type {
  FinishedNode,
  Job,
  JobError,
  JobEventBody,
  JobOutput,
  JobProgress,
  MemoryStep,
  RemoteRender,
} from '../../domain/job.ts'
import { isTerminal } from '../../domain/job.ts'
import {
  type JobChange,
  type JobStateEvent,
  type Transition,
  transition,
} from '../../domain/job-state.ts'
import { countEnded } from '../batches/count-ended.ts'
import type { JobWritePorts } from '../hub-ports.ts'
import { correctEnded } from '../keys/video-quota.ts'
import type { Transaction } from '../ports/unit-of-work.ts'
import { announceEnd } from '../webhooks/announce-end.ts'

/** The data of an event. Each member is used only by the transition that it belongs to. */
export interface JobEdits {
  readonly progress?: JobProgress
  readonly stageMs?: Job['stageMs']
  /** Those that have ended since the last change. */
  readonly nodes?: readonly FinishedNode[]
  /** The remedies that the running attempt uses against a lack of memory. */
  readonly memoryStep?: MemoryStep
  /** The place of a render that continues without this program; null once it has ended there. */
  readonly remoteRender?: RemoteRender | null
  /** Why the job failed. */
  readonly error?: JobError
  /** The result of a success. */
  readonly output?: JobOutput
  /** Time until a requeued job is delivered again. */
  readonly delayMs?: number
}

export interface ChangedJob {
  /** After the change. */
  readonly job: Job
  readonly transition: Transition
}

export interface ChangeRequest {
  readonly event: JobStateEvent
  readonly edits?: JobEdits
  /** Runs in the same transaction, when the transition moved. */
  readonly also?: (tx: Transaction, changed: ChangedJob) => Promise<void>
}

/** @returns null when there is no such job */
export async function changeJob(
  id: JobId,
  request: ChangeRequest,
  ports: JobWritePorts,
): Promise<ChangedJob | null> {
  const changed = await ports.unitOfWork.write(async (tx) => {
    const job = await ports.jobs.get(tx, id)
    return job === null ? null : changeJobWithin(tx, job, request, ports)
  })
  if (changed !== null) announceChange(changed, ports)
  return changed
}

/** Works within the transaction of the caller, who announces the change once it is committed. */
export async function changeJobWithin(
  tx: Transaction,
  job: Job,
  { event, edits = {}, also }: ChangeRequest,
  ports: JobWritePorts,
): Promise<ChangedJob> {
  const result = transition(stateOf(job), event)
  if (result.kind === 'refused') return { job, transition: result }
  if (result.kind === 'kept') {
    if (event.type !== 'progress') return { job, transition: result }
    return { job: await writeProgress(tx, job, edits, ports), transition: result }
  }
  const nowMs = ports.clock.epochMs()
  const changed = jobAfter(job, result, edits, nowMs, ports.limits.retentionMs)
  await ports.jobs.update(tx, changed)
  await moveInQueue(tx, changed, nowMs + (edits.delayMs ?? 0), ports)
  const { id: jobId, attempt } = changed
  const body = eventOf(result.because, changed)
  await ports.events.append(tx, { jobId, attempt, atMs: nowMs, body })
  if (isTerminal(changed.status)) {
    await correctEnded(tx, changed, ports)
    await ports.events.compact(tx, jobId)
    await announceEnd(tx, changed, ports)
    await countEnded(tx, changed, ports)
  }
  const answer = { job: changed, transition: result }
  await also?.(tx, answer)
  return answer
}

export function announceChange(
  { job, transition: result }: ChangedJob,
  ports: JobWritePorts,
): void {
  if (result.kind === 'refused') return
  const { observer, signals } = ports
  const { id: jobId, engine, attempt } = job
  signals.changed(jobId)
  if (result.kind === 'kept') return
  switch (result.because) {
    case 'started': {
      const queuedMs = (job.firstStartedAtMs ?? job.createdAtMs) - job.createdAtMs
      observer.observe({ type: 'job.started', jobId, engine, attempt, queuedMs })
      break
    }
    case 'cancel_requested':
      observer.observe({ type: 'job.cancel_requested', jobId })
      break
    case 'worker_lost':
    case 'render_crashed':
    case 'put_back':
      observer.observe({ type: 'job.requeued', jobId, reason: result.because })
      signals.queueChanged()
      break
    default:
      observer.observe({
        type: 'job.ended',
        jobId,
        engine,
        status: result.because,
        attempt,
        runningMs: job.startedAtMs === null ? 0 : (job.finishedAtMs ?? 0) - job.startedAtMs,
        outputBytes: job.output?.video.bytes ?? 0,
        error: job.error,
      })
      signals.queueChanged()
  }
}

function stateOf(job: Job) {
  const { status, attempt, losses, crashes } = job
  return { status, attempt, losses, crashes, cancelRequested: job.cancelRequestedAtMs !== null }
}

async function writeProgress(
  tx: Transaction,
  job: Job,
  edits: JobEdits,
  ports: JobWritePorts,
): Promise<Job> {
  const { progress = job.progress, stageMs = job.stageMs, remoteRender = job.remoteRender } = edits
  const changed = { ...job, version: job.version + 1, progress, stageMs, remoteRender }
  await ports.jobs.update(tx, changed)
  const { id: jobId, attempt } = job
  const append = (body: JobEventBody): Promise<unknown> =>
    ports.events.append(tx, { jobId, attempt, atMs: ports.clock.epochMs(), body })
  for (const node of edits.nodes ?? []) await append({ type: 'node', node })
  if (edits.memoryStep !== undefined) await append({ type: 'memory', step: edits.memoryStep })
  if (progress !== null && progress !== job.progress) await append({ type: 'progress', progress })
  return changed
}

function jobAfter(
  job: Job,
  result: Extract<Transition, { kind: 'moved' }>,
  edits: JobEdits,
  nowMs: number,
  retentionMs: number,
): Job {
  const { status, attempt, losses, crashes, cancelRequested } = result.state
  const changed: Job = {
    ...job,
    status,
    attempt,
    losses,
    crashes,
    version: job.version + 1,
    stageMs: edits.stageMs ?? job.stageMs,
    remoteRender: edits.remoteRender === undefined ? job.remoteRender : edits.remoteRender,
    cancelRequestedAtMs: cancelRequested ? (job.cancelRequestedAtMs ?? nowMs) : null,
  }
  if (result.because === 'started') {
    const firstStartedAtMs = job.firstStartedAtMs ?? nowMs
    return { ...changed, startedAtMs: nowMs, firstStartedAtMs, progress: null, stageMs: {} }
  }
  if (status === 'queued') return { ...changed, progress: null }
  if (!isTerminal(status)) return changed
  return {
    ...changed,
    finishedAtMs: nowMs,
    expiresAtMs: job.input.keep ? null : nowMs + retentionMs,
    output: status === 'succeeded' ? (edits.output ?? null) : null,
    error: status === 'failed' ? (edits.error ?? UNEXPLAINED) : null,
  }
}

const UNEXPLAINED: JobError = {
  code: 'internal_error',
  detail: 'The job failed without a reported reason.',
  pointer: null,
  node: null,
}

async function moveInQueue(
  tx: Transaction,
  job: Job,
  availableAtMs: number,
  { dispatch }: JobWritePorts,
): Promise<void> {
  if (isTerminal(job.status)) await dispatch.remove(tx, job.id)
  else if (job.status === 'queued') await dispatch.requeue(tx, job.id, availableAtMs)
}

function eventOf(because: JobChange, job: Job): JobEventBody {
  switch (because) {
    case 'started':
      return { type: 'started', engine: job.engine }
    case 'worker_lost':
    case 'render_crashed':
    case 'put_back':
      return { type: 'requeued', reason: because }
    case 'failed':
      return { type: 'failed', error: job.error ?? UNEXPLAINED }
    case 'succeeded': {
      const { sha256 = '', bytes = 0, seconds = 0 } = job.output?.video ?? {}
      return { type: 'succeeded', video: { sha256, bytes, seconds } }
    }
    case 'canceled':
    case 'cancel_requested':
      return { type: because }
  }
}
