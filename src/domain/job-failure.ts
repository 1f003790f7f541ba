// The error that a job ended with, for who waited for it: thrown again as what it was.
import { AppError } from './errors.ts'
import type { JobError } from './job.ts'

export function jobFailure({ code, detail, pointer }: JobError): AppError {
  return new AppError(code, detail, pointer === null ? {} : { pointer })
}
