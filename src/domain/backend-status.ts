// A machine that renders for an engine: what it says of itself, and its record, made of the jobs that it had.
import type { BackendState, ErrorCode } from '@infinitetalk/contract'

export interface BackendFailure {
  readonly atMs: number
  readonly code: ErrorCode
  readonly detail: string
}

/** Made of the jobs that it had since this program started. Times are of the wall clock. */
export interface BackendRecord {
  readonly name: string
  /** The job that it renders now. */
  readonly job: { readonly id: string | null; readonly sinceMs: number } | null
  readonly served: number
  readonly failures: number
  /** In a row, up to now. */
  readonly failuresInRow: number
  /** null when it may have a job. */
  readonly leftOutUntilMs: number | null
  readonly lastSuccessMs: number | null
  readonly lastFailure: BackendFailure | null
  /** Workflow of its last job. */
  readonly workflow: string | null
}

export interface BackendGpu {
  readonly name: string
  readonly vramTotalBytes: number | null
  readonly vramFreeBytes: number | null
}

export interface BackendStatus extends BackendRecord {
  readonly state: BackendState
  /** Why it is in this state, where it is a bad one. */
  readonly detail: string | null
  readonly version: string | null
  readonly gpu: BackendGpu | null
}

/** @param ailment why it cannot work now, as it is known without a job; null when it can */
export function stateOf(
  record: BackendRecord,
  ailment: string | null,
): Pick<BackendStatus, 'state' | 'detail'> {
  const failure = record.lastFailure?.detail ?? null
  if (record.leftOutUntilMs !== null) return { state: 'left_out', detail: failure }
  if (record.failuresInRow > 0) return { state: 'proving', detail: failure }
  // A server that loads a model may not answer: its render decides.
  if (record.job !== null) return { state: 'busy', detail: null }
  return ailment === null
    ? { state: 'ready', detail: null }
    : { state: 'unavailable', detail: ailment }
}
