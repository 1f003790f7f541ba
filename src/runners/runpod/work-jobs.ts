// A serverless worker of RunPod: takes one job after the other, renders it, and reports its end until RunPod has received it. A
// broken worker says so with the job that showed it, so that RunPod replaces it, and ends.
import type { Hub } from '../../app/hub.ts'
import { pause } from '../../async/pause.ts'
import { AppError, toAppError } from '../../domain/errors.ts'
import { isOfBrokenMachine } from '../broken-machine.ts'
import { describeFailure } from '../describe-task.ts'
import { type FinishedTask, runTask } from '../run-task.ts'
import {
  type DeliveryPorts,
  deliverVideo,
  type RunpodOutput,
  requireDestination,
} from './deliver-video.ts'
import type { JobApi, TakenJob } from './job-api.ts'
import type { JobLog } from './job-log.ts'
import { reportProgress } from './report-progress.ts'
import { watchStops } from './watch-stops.ts'
import { type Destination, readWishes } from './wishes.ts'

export interface Conversation {
  readonly api: JobApi
  readonly log: JobLog
}

export interface JobPorts extends Conversation, DeliveryPorts {
  readonly hub: Hub
  /** Every job gets a new worker: RunPod replaces this one after each job. */
  readonly isRefreshed: boolean
  /** The running jobs, for the heartbeat. */
  readonly jobIds: Set<string>
}

export interface Stopping {
  /** Aborted: no job is started any more. */
  readonly draining: AbortSignal
  /** Aborted: running jobs end as failed and are sent again. */
  readonly hurrying: AbortSignal
}

const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 15_000
/** RunPod's own workers wait this long after a 429. */
const TOO_OFTEN_MS = 5000
/** An answer without a job that comes at once would otherwise be followed by the next request at once. */
const SHORTEST_POLL_MS = 500
/** A service that was away for longer has given the job to another worker by then. */
const TELL_MS = 10 * 60_000

/** Returns when it has drained, or after the one job of a worker that is refreshed. @throws AppError the fault of the worker */
export async function workJobs(ports: JobPorts, stopping: Stopping): Promise<void> {
  const { draining } = stopping
  while (!draining.aborted) {
    const job = await takeJob(ports, draining)
    if (job === null) return
    const problem = await workJob(job, ports, stopping)
    if (problem !== null && isOfBrokenMachine(problem)) throw problem
    if (ports.isRefreshed) return
  }
}

/** For a worker that cannot work at all: the next job gets the reason, instead of waiting for one broken machine after another. */
export async function refuseJob(
  reason: AppError,
  ports: Conversation,
  draining: AbortSignal,
): Promise<void> {
  const job = await takeJob(ports, draining)
  if (job !== null) await tellEnd(job.id, { ...failureOf(reason), stopPod: true }, ports)
}

/** @returns null when the worker must stop */
async function takeJob(
  { api, log }: Conversation,
  draining: AbortSignal,
): Promise<TakenJob | null> {
  for (let pauseMs = FIRST_PAUSE_MS; !draining.aborted; ) {
    const askedAtMs = performance.now()
    try {
      const job = await api.take(draining)
      if (job !== null) return job
      pauseMs = FIRST_PAUSE_MS
      await pause(SHORTEST_POLL_MS - (performance.now() - askedAtMs), draining)
    } catch (thrown) {
      if (draining.aborted) return null
      const { code, detail } = toAppError(thrown)
      log.say(null, detail)
      await pause(code === 'queue_full' ? TOO_OFTEN_MS : pauseMs, draining).catch(() => {})
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
    }
  }
  return null
}

/** @returns why it failed */
async function workJob(
  job: TakenJob,
  ports: JobPorts,
  { hurrying }: Stopping,
): Promise<AppError | null> {
  const { api, log, jobIds, isRefreshed } = ports
  const unwanted = new AbortController()
  const over = new AbortController()
  const onStop = (id: string): void => {
    if (id !== job.id) return
    unwanted.abort(new AppError('job_canceled', 'RunPod ended the job.'))
  }
  const stops = watchStops(api, onStop, over.signal)
  const stop = isRefreshed ? { stopPod: true } : {}
  jobIds.add(job.id)
  try {
    const { request, destination } = readWishes(job.input)
    await requireDestination(destination, ports)
    const signal = AbortSignal.any([unwanted.signal, hurrying])
    const finished = await render(job.id, request, signal, ports)
    const tell = (output: RunpodOutput) =>
      tellEnd(job.id, { output, ...stop }, ports, unwanted.signal)
    await handOver(finished, destination, { ...ports, signal, tell })
    return null
  } catch (thrown) {
    const isUnwanted = unwanted.signal.aborted
    const error = toAppError(isUnwanted ? unwanted.signal.reason : thrown)
    log.say(job.id, `The job ended (${error.code}): ${error.detail}`)
    // The service knows it already and would ignore a second end.
    if (isUnwanted) return null
    const broken = isOfBrokenMachine(error) ? { stopPod: true } : {}
    await tellEnd(job.id, { ...failureOf(error), ...stop, ...broken }, ports, unwanted.signal)
    return error
  } finally {
    jobIds.delete(job.id)
    over.abort(new Error('The job has ended.'))
    await stops
  }
}

async function render(
  id: string,
  input: unknown,
  signal: AbortSignal,
  { hub, api, log }: JobPorts,
): Promise<FinishedTask> {
  log.say(id, 'Rendering starts.')
  const report = reportProgress(api, id)
  try {
    return await runTask(hub, { id, input, signal, onProgress: report.onProgress })
  } finally {
    await report.stop()
  }
}

interface HandOver extends DeliveryPorts {
  readonly signal: AbortSignal
  tell(output: RunpodOutput): Promise<Hearing>
}

async function handOver(
  finished: FinishedTask,
  destination: Destination,
  ports: HandOver,
): Promise<void> {
  const output = await deliverVideo(finished, destination, ports)
  const hearing = await ports.tell(output)
  if (hearing !== 'too_large' || output.video === undefined) return
  await ports.tell(await deliverVideo(finished, destination, { ...ports, maxVideoChars: 0 }))
}

/** The sentence is the job's error; the members for programs are in the output. */
function failureOf(error: AppError): object {
  const { error: sentence, ...facts } = describeFailure(error)
  return { error: sentence, output: { error: sentence, ...facts } }
}

type Hearing = 'heard' | 'too_large' | 'refused'

/** Repeated until RunPod received it or nobody wants it any more: an outage must not cause a second render. */
async function tellEnd(
  jobId: string,
  end: object,
  { api, log }: Conversation,
  unwanted: AbortSignal = AbortSignal.any([]),
): Promise<Hearing> {
  const body = JSON.stringify(end)
  const deadline = AbortSignal.any([AbortSignal.timeout(TELL_MS), unwanted])
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      await api.tell(jobId, body, deadline)
      return 'heard'
    } catch (thrown) {
      const error = toAppError(thrown)
      log.say(jobId, error.detail)
      if (error.code === 'output_unwritable') return 'too_large'
      const mayRepeat = error.code === 'engine_unreachable' || error.code === 'queue_full'
      if (!mayRepeat || deadline.aborted) return 'refused'
      await pause(pauseMs, deadline).catch(() => {})
    }
  }
}
