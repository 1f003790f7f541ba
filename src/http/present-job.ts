// Jobs and events as the API shows them. Pure. `baseUrl` has no slash at its end; it is empty for URLs relative to the hub.
import type {
  JobErrorResource,
  JobEventResource,
  JobOutputResource,
  JobResource,
} from '@infinitetalk/contract'
import type { JobView } from '../app/hub.ts'
import { ERRORS } from '../domain/error-table.ts'
import type { Job, JobError, JobEvent, JobProgress, MemoryStep } from '../domain/job.ts'
import { isTerminal } from '../domain/job.ts'
import { isoTime } from './iso-time.ts'
import { presentInput } from './present-input.ts'

export function presentJob(view: JobView, baseUrl: string): JobResource {
  const { job } = view
  const self = `${baseUrl}/v1/jobs/${job.id}`
  const running = job.status === 'running'
  return {
    id: job.id,
    object: 'job',
    status: job.status,
    stage: running ? (job.progress?.stage ?? null) : null,
    progress: job.status === 'succeeded' ? 1 : (job.progress?.fraction ?? 0),
    step: running && job.progress !== null ? roundStep(job.progress.step) : null,
    queue_position: view.queuePosition,
    waiting_reason: view.waitingReason,
    eta_s: roundSeconds(view.etaSeconds),
    eta_range_s: roundRange(view.etaRange),
    priority: job.input.priority,
    created_at: isoTime(job.createdAtMs),
    started_at: isoTime(job.startedAtMs),
    finished_at: isoTime(job.finishedAtMs),
    expires_at: isoTime(job.expiresAtMs),
    cancel_requested_at: isoTime(job.cancelRequestedAtMs),
    attempt: job.attempt,
    input: presentInput(job.input),
    output: presentOutput(job, self),
    error: job.error === null ? null : presentError(job.error),
    timings: presentTimings(view),
    metadata: { ...job.input.metadata },
    retry_of: job.retryOf,
    urls: {
      self,
      events: `${self}/events`,
      cancel: `${self}/cancel`,
      retry: `${self}/retry`,
      retake: `${self}/retake`,
      video: `${self}/video`,
      stream: `${self}/stream.m3u8`,
    },
  }
}

export function presentError(error: JobError): JobErrorResource {
  const { hint, retryable } = ERRORS[error.code]
  return {
    code: error.code,
    message: error.detail,
    hint,
    retryable,
    ...(error.pointer === null ? {} : { pointer: error.pointer }),
    ...(error.node === null ? {} : { node: error.node }),
  }
}

export function presentEvent(event: JobEvent): JobEventResource {
  const common = {
    job_id: event.jobId,
    sequence: event.sequence,
    created_at: isoTime(event.atMs),
    attempt: event.attempt,
  }
  const { body } = event
  switch (body.type) {
    case 'progress': {
      const { stage, fraction, step, etaSeconds, etaRange = null } = body.progress
      return {
        ...common,
        type: 'progress',
        stage,
        progress: fraction,
        step: roundStep(step),
        eta_s: roundSeconds(etaSeconds),
        eta_range_s: roundRange(etaRange),
      }
    }
    case 'node': {
      const { nodeId, nodeClass, durationMs } = body.node
      const node = { id: nodeId, type: nodeClass }
      return { ...common, type: 'node', node, duration_s: Math.round(durationMs / 100) / 10 }
    }
    case 'memory':
      return { ...common, type: 'memory', ...presentMemoryStep(body.step) }
    case 'succeeded': {
      const { sha256, bytes, seconds } = body.video
      return { ...common, type: 'succeeded', video: { sha256, bytes, duration_s: seconds } }
    }
    case 'failed':
      return { ...common, type: 'failed', error: presentError(body.error) }
    default:
      return { ...common, ...body }
  }
}

function presentMemoryStep({ remedy, window, windowFrames }: MemoryStep) {
  return {
    remedy,
    window,
    ...(windowFrames === undefined ? {} : { window_frames: windowFrames }),
  }
}

function presentOutput(job: Job, self: string): JobOutputResource | null {
  if (job.output === null) return null
  const { video, engine, seed, warnings, windows, memorySteps, reusedFrom } = job.output
  return {
    video: {
      url: `${self}/video`,
      bytes: video.bytes,
      sha256: video.sha256,
      width: video.width,
      height: video.height,
      fps: video.fps,
      frames: video.frames,
      duration_s: video.seconds,
      content_type: 'video/mp4',
      expires_at: isoTime(job.expiresAtMs),
    },
    engine,
    seed,
    warnings: hasUnknownContent(job.input) ? [...warnings, NOT_REUSED] : [...warnings],
    ...(reusedFrom === undefined ? {} : { reused_from: reusedFrom }),
    ...(windows === undefined ? {} : { windows }),
    ...(memorySteps === undefined ? {} : { memory_ladder: memorySteps.map(presentMemoryStep) }),
  }
}

const NOT_REUSED =
  'reuse had no effect: it compares content, and that of an input by URL is not known when the job is accepted.'

/** Content behind a URL may have changed. */
function hasUnknownContent({ reuse, visual, voices }: Job['input']): boolean {
  return reuse && [visual, ...voices.map(({ source }) => source)].some(({ kind }) => kind === 'url')
}

function presentTimings({ job, nowMs }: JobView): JobResource['timings'] {
  const end = job.finishedAtMs ?? nowMs
  const started = job.startedAtMs
  const stages = Object.entries(job.stageMs).map(([stage, ms]) => [stage, secondsOf(ms)])
  return {
    queued_s: secondsOf((job.firstStartedAtMs ?? end) - job.createdAtMs),
    running_s: started === null || job.status === 'queued' ? null : secondsOf(end - started),
    total_s: isTerminal(job.status) ? secondsOf(end - job.createdAtMs) : null,
    stages: Object.fromEntries(stages),
  }
}

/** A clock that was set back gives 0. */
function secondsOf(ms: number): number {
  return Math.max(0, Math.round(ms) / 1000)
}

function roundSeconds(seconds: number | null): number | null {
  return seconds === null ? null : Math.max(0, Math.round(seconds * 10) / 10)
}

function roundStep(step: JobProgress['step']): JobProgress['step'] {
  return { ...step, done: Math.floor(step.done), total: Math.floor(step.total) }
}

function roundRange(range: readonly [number, number] | null): [number, number] | null {
  if (range === null) return null
  const round = (seconds: number): number => Math.round(Math.max(0, seconds) * 10) / 10
  return [round(range[0]), round(range[1])]
}
