// A job as RunPod shows it. Pure.
import type { RunpodJob, RunpodStatus } from '@infinitetalk/contract'
import type { JobView } from '../../app/hub.ts'
import { isTerminal, type Job, type JobOutput } from '../../domain/job.ts'
import { presentError } from '../present-job.ts'
import { videoFacts } from './video-facts.ts'

export function runpodStatusOf({ status, error }: Job): RunpodStatus {
  switch (status) {
    case 'queued':
      return 'IN_QUEUE'
    case 'running':
      return 'IN_PROGRESS'
    case 'succeeded':
      return 'COMPLETED'
    case 'canceled':
      return 'CANCELLED'
    case 'failed':
      return error !== null && TIMED_OUT.has(error.code) ? 'TIMED_OUT' : 'FAILED'
  }
}

const TIMED_OUT: ReadonlySet<string> = new Set([
  'start_deadline_passed',
  'deadline_passed',
  'job_timeout',
])

export function presentRunpodJob({ job, nowMs }: JobView, videoUrl: string): RunpodJob {
  const { id, status, attempt, createdAtMs, firstStartedAtMs, startedAtMs, finishedAtMs } = job
  const hasEnded = isTerminal(status)
  const leftQueueMs = firstStartedAtMs ?? finishedAtMs ?? nowMs
  const waits = status === 'queued' && attempt === 0
  return {
    id,
    status: runpodStatusOf(job),
    ...(waits ? {} : { delayTime: millisecondsOf(leftQueueMs - createdAtMs) }),
    ...(hasEnded && startedAtMs !== null
      ? { executionTime: millisecondsOf((finishedAtMs ?? nowMs) - startedAtMs) }
      : {}),
    ...(attempt > 0 ? { workerId: job.engine } : {}),
    ...presentEnd(job, videoUrl),
  }
}

export function presentRunpodOutput(output: JobOutput, id: string, url: string) {
  return { video_url: url, ...videoFacts(output, `${id}.mp4`) }
}

function presentEnd(
  { id, status, error, output }: Job,
  videoUrl: string,
): Pick<RunpodJob, 'error' | 'output'> {
  if (output !== null) return { output: presentRunpodOutput(output, id, videoUrl) }
  if (status !== 'failed' || error === null) return {}
  const { code, message, hint, retryable } = presentError(error)
  return { error: message, output: { error: message, code, hint, retryable } }
}

/** A clock that was set back gives 0. */
function millisecondsOf(ms: number): number {
  return Math.max(0, Math.round(ms))
}
