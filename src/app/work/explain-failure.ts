// Why an attempt ended without a video. What was asked for (a cancellation, a deadline, a stop) is the reason, whatever the render
// says about it; a program that was killed together with the hub did not fail.
import type { ErrorCode } from '@infinitetalk/contract'
import { pause } from '../../async/pause.ts'
import { AppError, toAppError } from '../../domain/errors.ts'

interface FailureSignals {
  /** Aborted with the reason for which this hub ended the attempt. */
  readonly attempt: AbortSignal
  /** Aborted as soon as the hub is asked to stop. */
  readonly stopping: AbortSignal
}

/** @returns `stopping` for a program that was killed while the hub is being stopped: the job is put back */
export async function explainFailure(
  thrown: unknown,
  { attempt, stopping }: FailureSignals,
): Promise<AppError> {
  if (attempt.aborted && attempt.reason instanceof AppError) return attempt.reason
  const error = unaskedEnd(toAppError(thrown))
  if (!KILLED.has(error.code)) return error
  await pause(STOP_ARRIVES_MS, stopping).catch(() => {})
  if (!stopping.aborted) return error
  return new AppError('stopping', 'The hub is stopping.', { cause: error })
}

/** Nobody canceled the attempt: it stopped for a reason outside of this hub, as a crash does. */
function unaskedEnd(error: AppError): AppError {
  if (error.code !== 'canceled') return error
  const detail = 'The render stopped although nobody had canceled it.'
  return new AppError('engine_crashed', detail, { cause: error })
}

/** How it looks from here when a program of the render is killed: the render process, ffmpeg, a ComfyUI. */
const KILLED: ReadonlySet<ErrorCode> = new Set([
  'engine_crashed',
  'engine_unreachable',
  'tool_failed',
  'tool_killed',
])

/** A service manager signals its processes one after the other, within milliseconds: ours may learn of it last. */
const STOP_ARRIVES_MS = 200
