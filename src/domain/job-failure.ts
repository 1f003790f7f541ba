// Recreates the error of a failed job, to throw it to a caller who waited for the job.
import { AppError } from './errors.ts'
import type { JobError } from './job.ts'

export function jobFailure({ code, detail, pointer }: JobError): AppError {
  return new AppError(code, detail, pointer === null ? {} : { pointer })
}
