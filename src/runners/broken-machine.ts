// Failures of the machine and not of its task: the next task would fail here as well, but reaches a new machine if this one leaves.
import type { AppError } from '../domain/errors.ts'

const CODES: ReadonlySet<string> = new Set([
  'engine_start_failed',
  'engine_dependency_missing',
  'disk_full',
  'store_unavailable',
])

export function isOfBrokenMachine({ code }: AppError): boolean {
  return CODES.has(code)
}
