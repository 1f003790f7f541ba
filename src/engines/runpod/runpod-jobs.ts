// A job as RunPod's serverless API tells it, read into ours. States that are not known here are not the end of anything.
import { isRecord } from '@infinitetalk/contract'
import type { CloudTask, CloudTaskState } from '../cloud/cloud-service.ts'

const STATES: Readonly<Record<string, CloudTaskState>> = {
  IN_QUEUE: 'waiting',
  IN_PROGRESS: 'running',
  RUNNING: 'running',
  COMPLETED: 'succeeded',
  FAILED: 'failed',
  CANCELLED: 'canceled',
  // Both for a job that nobody took in time and for one whose worker was not done in time.
  TIMED_OUT: 'timed_out',
}

/** null when it is no job. */
export function readJob(json: unknown): CloudTask | null {
  if (!isRecord(json) || typeof json.status !== 'string') return null
  const { status, output, error } = json
  const state = STATES[status.toUpperCase()] ?? 'waiting'
  const wasNeverTaken = state === 'timed_out' && json.workerId === undefined
  return {
    status,
    state: wasNeverTaken ? 'expired' : state,
    reason: reasonIn(error),
    // It tells times, and not when they were.
    times: { createdAtMs: null, startedAtMs: null, endedAtMs: null },
    files: [],
    result: output ?? null,
  }
}

/** Python workers answer with a JSON text that has the message and the traceback. */
function reasonIn(error: unknown): string | null {
  if (typeof error !== 'string' || error === '') return null
  try {
    const json: unknown = JSON.parse(error)
    const message = isRecord(json) ? json.error_message : null
    return typeof message === 'string' && message !== '' ? message : error
  } catch {
    return error
  }
}
