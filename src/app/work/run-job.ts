// One attempt of one job, from the claim to its end: renders, stores the verified video, and commits the end only if the
// attempt is still the running one. The job is always ended, requeued, or left to the worker that has it now.
import { AppError } from '../../domain/errors.ts'
import { samplingUnits } from '../../domain/estimate.ts'
import type { SizedTimes } from '../../domain/forecast.ts'
import type { Sha256 } from '../../domain/ids.ts'
import {
  type Job,
  type JobError,
  type JobOutput,
  outlivingRender,
  type WindowCount,
} from '../../domain/job.ts'
import type { JobStateEvent } from '../../domain/job-state.ts'
import type { SizedSpeed } from '../../domain/speed.ts'
import { BlobHold } from '../blob-hold.ts'
import type { HubPorts } from '../hub-ports.ts'
import { changeJob, type JobEdits } from '../jobs/change-job.ts'
import { measuredSpeeds, recentTimes } from '../jobs/expected-time.ts'
import { nameInputOfJob } from '../name-input.ts'
import { outlastStore } from '../outlast-store.ts'
import type { RemoteRenderMemory, RenderResult } from '../ports/engine.ts'
import type { Transaction } from '../ports/unit-of-work.ts'
import type { WindowMemory } from '../ports/window-memory.ts'
import type { ForecastBasis } from '../progress-meter.ts'
import { toRenderSpec } from '../to-render-spec.ts'
import { withWorkFolder } from '../work-folder.ts'
import { afterFailure } from './after-failure.ts'
import { type ClaimedJob, DEADLINE_PASSED } from './claim-job.ts'
import { explainFailure } from './explain-failure.ts'
import { keepLease } from './keep-lease.ts'
import { keepWindows } from './keep-windows.ts'
import type { LatestFrames } from './latest-frames.ts'
import { learnSpeed } from './learn-speed.ts'
import { ProgressRecorder } from './progress-recorder.ts'
import { rememberRemoteRender } from './remember-remote-render.ts'
import { FrameSharing } from './share-frames.ts'

export interface RunSurroundings {
  /** Aborted as soon as the hub is asked to stop. The render continues, but may be killed from outside, as the hub was. */
  readonly stopping: AbortSignal
  /** Aborted when the stopping hub waits no longer: the job is put back. */
  readonly stop: AbortSignal
  readonly frames: LatestFrames
}

/**
 * Never rejects because a render failed. Rejects when the store cannot be written; the lease then runs out.
 */
export async function runJob(
  claimed: ClaimedJob,
  { stopping, stop, frames }: RunSurroundings,
  ports: HubPorts,
): Promise<void> {
  const { job } = claimed
  const [speeds, times] = await ports.unitOfWork.read(async (tx) => [
    await measuredSpeeds(tx, job.engine, ports),
    await recentTimes(tx, job.engine, ports),
  ])
  const attempt = new AbortController()
  const abort = (reason: AppError): void => attempt.abort(reason)
  const timers = startTimers(job, abort, ports)
  const onStop = (): void => abort(new AppError('stopping', 'The hub is stopping.'))
  stop.addEventListener('abort', onStop, { once: true })
  if (stop.aborted) onStop()
  const lease = keepLease(claimed, abort, ports)
  const progress = new ProgressRecorder({
    job,
    samplingUnit: ports.engines.get(job.engine)?.samplingUnit ?? 'frames',
    forecast: forecastBasis(job, times, ports),
    onRefused: () => abort(new AppError('worker_lost', 'This worker has lost the job’s lease.')),
    ports,
  })
  const sharing = new FrameSharing(ports)
  const hold = new BlobHold(ports, ports.ids.newToken())
  const remote = rememberRemoteRender(job, ports)
  try {
    const onFrame = (jpeg: Uint8Array): void => {
      const frame = frames.keep(job, jpeg)
      if (frame !== null) sharing.put(job, frame)
    }
    const { signal } = attempt
    const windows = await keepWindows(job, signal, ports)
    const rendering = { job, progress, onFrame, remote, windows, speeds, signal }
    const { output, backend } = await renderInto(hold, rendering, ports)
    const stageMs = await progress.end()
    await commitSuccess({ job, output, backend, stageMs, hold, remote }, ports)
  } catch (thrown) {
    const stageMs = await progress.end()
    const named = nameInputOfJob(thrown, job.input)
    const failure = await explainFailure(named, { attempt: attempt.signal, stopping })
    await commitFailure({ job, error: failure, stageMs, remote }, ports)
  } finally {
    for (const timer of timers) clearTimeout(timer)
    stop.removeEventListener('abort', onStop)
    frames.forget(job)
    await sharing.drop(job)
    await lease.stop()
    await hold.release()
  }
}

function forecastBasis(
  { expected, engine, input }: Job,
  earlier: readonly SizedTimes[],
  { engines }: HubPorts,
): ForecastBasis | null {
  if (expected === null) return null
  const sampling = engines.get(engine)?.samplingOf(input) ?? null
  return { size: expected, units: samplingUnits(expected.frames, sampling), earlier }
}

function startTimers(
  job: Job,
  abort: (reason: AppError) => void,
  { clock, limits }: HubPorts,
): readonly NodeJS.Timeout[] {
  const { jobTimeoutMs } = limits
  const detail = `The render did not end within ${jobTimeoutMs / 1000} s.`
  const timers = [setTimeout(() => abort(new AppError('job_timeout', detail)), jobTimeoutMs)]
  if (job.deadlineMs !== null) {
    const leftMs = Math.min(job.deadlineMs - clock.epochMs(), jobTimeoutMs)
    const passed = new AppError('deadline_passed', DEADLINE_PASSED.detail, {
      pointer: '/deadline_s',
    })
    timers.push(setTimeout(() => abort(passed), Math.max(0, leftMs)))
  }
  return timers
}

interface Rendering {
  readonly job: Job
  readonly progress: ProgressRecorder
  readonly onFrame: (jpeg: Uint8Array) => void
  readonly remote: RemoteRenderMemory
  readonly windows: WindowMemory
  readonly speeds: readonly SizedSpeed[]
  readonly signal: AbortSignal
}

/** The video is stored and held when this returns; no job names it yet. */
async function renderInto(
  hold: BlobHold,
  { job, progress, onFrame, remote, windows, speeds, signal }: Rendering,
  ports: HubPorts,
): Promise<Pick<Success, 'output' | 'backend'>> {
  return withWorkFolder(ports, async (workDir) => {
    const spec = { ...(await toRenderSpec(job.input, ports.blobs)), engine: job.engine }
    signal.throwIfAborted()
    const result = await ports.renderer.render({
      spec,
      jobId: job.id,
      workDir,
      signal,
      onProgress: progress.report,
      onFrame,
      onNode: progress.reportNode,
      onMemoryStep: progress.reportMemoryStep,
      remote,
      windows,
      measuredSpeeds: speeds,
    })
    signal.throwIfAborted()
    const video = await hold.takeFile(result.path, signal)
    checkSame(video.sha256, result)
    const poster = await hold.takeFile(result.posterPath, signal)
    await hold.publish(outlastStore)
    const { width, height, fps, frames, seconds, engine, seed, warnings } = result
    const output = {
      video: { ...video, width, height, fps, frames, seconds },
      poster,
      engine,
      seed,
      warnings,
      ...(result.windows === undefined
        ? {}
        : { windows: await countWindows(job, result.windows, ports) }),
      ...(result.memorySteps === undefined ? {} : { memorySteps: result.memorySteps }),
    }
    return { output, backend: result.backend ?? null }
  })
}

/** With the windows of an earlier job that this video has: those of its own have an attempt. */
async function countWindows(
  { id }: Job,
  count: WindowCount,
  { unitOfWork, windows }: HubPorts,
): Promise<WindowCount> {
  const stored = await unitOfWork.read((tx) => windows.ofJob(tx, id))
  const kept = stored.filter(({ attempt }) => attempt === 0).length
  return kept === 0 ? count : { ...count, kept }
}

/** Holds the stored bytes to the hash of the verified video. */
function checkSame(stored: Sha256, { sha256 }: RenderResult): void {
  if (stored === sha256) return
  throw new AppError(
    'output_invalid',
    'The finished video changed between its check and its storage.',
  )
}

interface Success {
  readonly job: Job
  readonly output: JobOutput
  readonly backend: string | null
  readonly stageMs: Job['stageMs']
  readonly hold: BlobHold
  readonly remote: RemoteRenderMemory
}

/** Refused when another attempt runs: the hold is then released and its blobs are deleted. */
async function commitSuccess(success: Success, ports: HubPorts): Promise<void> {
  const { job, output, backend, stageMs, hold, remote } = success
  const event: JobStateEvent = { type: 'succeed', attempt: job.attempt }
  const also = async (tx: Transaction, { job: ended }: { readonly job: Job }): Promise<void> => {
    if (ended.status !== 'succeeded') return
    await hold.handOver(tx, { kind: 'job', id: job.id })
    await learnSpeed(tx, ended, backend, ports)
  }
  const edits: JobEdits = { output, stageMs, remoteRender: outlivingRender(remote.found) }
  // Fenced by the attempt, however late it comes. A finished video is not rendered again because the database restarts.
  const changed = await outlastStore(() => changeJob(job.id, { event, edits, also }, ports))
  if (changed?.transition.kind !== 'moved') reportLost(job, ports)
}

interface Failure extends Pick<Success, 'job' | 'stageMs' | 'remote'> {
  readonly error: AppError
}

async function commitFailure(
  { job, error, stageMs, remote }: Failure,
  ports: HubPorts,
): Promise<void> {
  if (error.code === 'worker_lost') {
    reportLost(job, ports)
    return
  }
  const random = ports.ids.newSeed() / 2 ** 32
  const rules = { maxCrashes: ports.limits.renderMaxCrashes, random }
  const { event, delayMs } = afterFailure(job, error, rules)
  // A remote render may outlive an attempt that was put back or lost sight of it; a failed or stopped one has ended there.
  const ended = event.type === 'fail' || event.type === 'stopped'
  const remoteRender = ended ? { remoteRender: outlivingRender(remote.found) } : {}
  const edits: JobEdits = { error: toJobError(error), stageMs, delayMs, ...remoteRender }
  const changed = await outlastStore(() => changeJob(job.id, { event, edits }, ports))
  if (changed?.transition.kind !== 'moved') reportLost(job, ports)
}

function toJobError(error: AppError): JobError {
  const { node } = error.meta as { readonly node?: JobError['node'] }
  return {
    code: error.code,
    detail: error.detail,
    pointer: error.pointer ?? null,
    node: node ?? null,
  }
}

function reportLost({ id: jobId, attempt }: Job, { observer }: HubPorts): void {
  observer.observe({ type: 'worker.lease_lost', jobId, attempt })
}
