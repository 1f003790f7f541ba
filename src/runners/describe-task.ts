// The answer to a task's caller when the task has ended: the first clients' members, plus members that a program can check.
import { type AppError, describeError } from '../domain/errors.ts'
import type { FinishedTask } from './run-task.ts'

export interface TaskFailure {
  readonly error: string
  readonly code: string
  readonly hint: string
  readonly retryable: boolean
  readonly pointer?: string
}

export interface TaskSuccess {
  readonly status: 'success'
  readonly message: string
  readonly filename: string
  readonly size_bytes: number
  readonly sha256: string
  readonly duration_s: number
  readonly frames: number
  readonly width: number
  readonly height: number
  readonly engine: string
  readonly seed: number
  /** The render alone, on this machine. */
  readonly render_s: number
  readonly warnings: readonly string[]
}

/** Everything but the video. */
export function describeSuccess({ job, output }: FinishedTask, filename: string): TaskSuccess {
  const { video, engine, seed, warnings } = output
  const { bytes, sha256, seconds, frames, width, height } = video
  const renderMs = (job.finishedAtMs ?? 0) - (job.startedAtMs ?? job.finishedAtMs ?? 0)
  return {
    status: 'success',
    message: 'The video is ready.',
    filename,
    size_bytes: bytes,
    sha256,
    duration_s: seconds,
    frames,
    width,
    height,
    engine,
    seed,
    render_s: Math.round(renderMs) / 1000,
    warnings,
  }
}

export function describeFailure(error: AppError): TaskFailure {
  const { error: sentence, code, hint, retryable, pointer } = describeError(error)
  return { error: sentence, code, hint, retryable, ...(pointer === undefined ? {} : { pointer }) }
}
