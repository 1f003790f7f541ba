// The error that a caller sees when its signal was aborted.
import { AppError } from '../domain/errors.ts'

/** @returns the AppError that the signal was aborted with, else `canceled` */
export function abortError(signal: AbortSignal): AppError {
  if (signal.reason instanceof AppError) return signal.reason
  return new AppError('canceled', 'The operation was canceled.', { cause: signal.reason })
}
