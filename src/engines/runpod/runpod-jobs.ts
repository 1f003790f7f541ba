// Reads a job of RunPod's serverless API into ours. An unknown state does not count as an end.
import { isRecord } from '@infinitetalk/contract/plain'
import type { CloudTask, CloudTaskState } from '../cloud/cloud-service.ts'

const STATES: Readonly<Record<string, CloudTaskState>> = {
  IN_QUEUE: 'waiting',
  IN_PROGRESS: 'running',
  RUNNING: 'running',
  COMPLETED: 'succeeded',
  FAILED: 'failed',
  CANCELLED: 'canceled',
  // RunPod uses it both for a job that no worker took in time and for one whose worker was too slow.
  TIMED_OUT: 'timed_out',
}

/** null when it is not a job. */
export function readJob(json: unknown): CloudTask | null {
  if (!isRecord(json) || typeof json.status !== 'string') return null
  const { status, output, error } = json
  const state = STATES[status.toUpperCase()] ?? 'waiting'
  const wasNeverTaken = state === 'timed_out' && json.workerId === undefined
  return {
    status,
    state: wasNeverTaken ? 'expired' : state,
    reason: reasonIn(error),
    // RunPod reports durations, not timestamps.
    times: { createdAtMs: null, startedAtMs: null, endedAtMs: null },
    files: [],
    result: output ?? null,
  }
}

/** Python workers answer with a JSON text that holds the message and the traceback. */
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
