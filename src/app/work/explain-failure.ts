// Finds the reason why an attempt ended without a video. A cancellation, a deadline or a stop is the reason, even when the render
// reports another one. A program that was killed together with the hub did not fail.
import type { ErrorCode } from '@infinitetalk/contract'
import { pause } from '../../async/pause.ts'
import { AppError, toAppError } from '../../domain/errors.ts'

interface FailureSignals {
  /** Aborted with the reason why this hub ended the attempt. */
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

/** No one canceled the attempt, so an outside cause stopped it, like a crash. */
function unaskedEnd(error: AppError): AppError {
  if (error.code !== 'canceled') return error
  const detail = 'The render stopped although no one had canceled it.'
  return new AppError('engine_crashed', detail, { cause: error })
}

/** The codes of a killed program of the render: the render process, ffmpeg, a ComfyUI. */
const KILLED: ReadonlySet<ErrorCode> = new Set([
  'engine_crashed',
  'engine_unreachable',
  'tool_failed',
  'tool_killed',
])

/** A service manager signals its processes within milliseconds of each other; the hub may get its signal last. */
const STOP_ARRIVES_MS = 200
