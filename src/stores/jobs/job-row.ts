// Converts a job to its row and back.
import type { Insertable, Selectable } from 'kysely'
import type { BatchId, JobId } from '../../domain/ids.ts'
import type { Job } from '../../domain/job.ts'
import type { JobsTable } from '../database/schema.ts'

export function toRow(job: Job): Omit<Insertable<JobsTable>, 'reuse_key'> {
  return {
    id: job.id,
    owner_key: job.ownerKey,
    status: job.status,
    version: job.version,
    attempt: job.attempt,
    losses: job.losses,
    crashes: job.crashes,
    engine: job.engine,
    input: JSON.stringify(job.input),
    expected: toJson(job.expected),
    created_at: job.createdAtMs,
    started_at: job.startedAtMs,
    first_started_at: job.firstStartedAtMs,
    finished_at: job.finishedAtMs,
    expires_at: job.expiresAtMs,
    start_deadline: job.startDeadlineMs,
    deadline: job.deadlineMs,
    cancel_requested_at: job.cancelRequestedAtMs,
    progress: toJson(job.progress),
    stage_ms: JSON.stringify(job.stageMs),
    output: toJson(job.output),
    error: toJson(job.error),
    retry_of: job.retryOf,
    batch_id: job.batchId,
    remote_render: toJson(job.remoteRender),
  }
}

/** The columns that a transition may change. The input stays as it was accepted. */
export function toChangedRow(job: Job): Omit<Insertable<JobsTable>, 'input' | 'reuse_key'> {
  const { input: _, ...changed } = toRow(job)
  return changed
}

export function fromRow(row: Selectable<JobsTable>): Job {
  return {
    id: row.id as JobId,
    ownerKey: row.owner_key,
    status: row.status,
    version: row.version,
    attempt: row.attempt,
    losses: row.losses,
    crashes: row.crashes,
    engine: row.engine,
    input: JSON.parse(row.input),
    expected: fromJson(row.expected),
    createdAtMs: row.created_at,
    startedAtMs: row.started_at,
    firstStartedAtMs: row.first_started_at,
    finishedAtMs: row.finished_at,
    expiresAtMs: row.expires_at,
    startDeadlineMs: row.start_deadline,
    deadlineMs: row.deadline,
    cancelRequestedAtMs: row.cancel_requested_at,
    progress: fromJson(row.progress),
    stageMs: JSON.parse(row.stage_ms),
    output: fromJson(row.output),
    error: fromJson(row.error),
    retryOf: row.retry_of as JobId | null,
    batchId: row.batch_id as BatchId | null,
    remoteRender: fromJson(row.remote_render),
  }
}

function toJson(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value)
}

/** `toRow` of this or an older version wrote the text from a value of this type. */
function fromJson<T>(text: string | null): T | null {
  return text === null ? null : (JSON.parse(text) as T)
}
