// Reads a task of Beam's gateway into ours. An unknown state does not count as an end.
import { isRecord } from '@infinitetalk/contract/plain'
import type { CloudFile, CloudTask, CloudTaskState } from '../cloud/cloud-service.ts'

const STATES: Readonly<Record<string, CloudTaskState>> = {
  PENDING: 'waiting',
  RUNNING: 'running',
  // The machine was lost or gave the task up: it is queued again.
  RETRY: 'waiting',
  COMPLETE: 'succeeded',
  ERROR: 'failed',
  TIMEOUT: 'timed_out',
  EXPIRED: 'expired',
  CANCELLED: 'canceled',
}

/** null when it is not a task. */
export function readTask(json: unknown): CloudTask | null {
  if (!isRecord(json) || typeof json.status !== 'string') return null
  const { status, failure_reason: reason, outputs, result } = json
  const times = {
    createdAtMs: momentIn(json.created_at),
    startedAtMs: momentIn(json.started_at),
    endedAtMs: momentIn(json.ended_at),
  }
  return {
    status,
    state: STATES[status.toUpperCase()] ?? 'waiting',
    reason: typeof reason === 'string' && reason !== '' ? reason : null,
    times,
    files: Array.isArray(outputs) ? outputs.flatMap(readOutput) : [],
    result: result ?? null,
  }
}

function readOutput(json: unknown): CloudFile[] {
  const { name, url } = isRecord(json) ? json : {}
  return typeof name === 'string' && typeof url === 'string' && url !== '' ? [{ name, url }] : []
}

export interface ListedTask {
  readonly id: string
  /** By the clock of the gateway; null when it does not say. */
  readonly createdAtMs: number | null
  /** The name of its queue; null when the gateway does not say. */
  readonly deployment: string | null
}

/** The answer is a page of tasks, or the bare list. */
export function readTaskList(json: unknown): readonly ListedTask[] {
  const list = isRecord(json) ? json.data : json
  return Array.isArray(list) ? list.flatMap(readListed) : []
}

function readListed(json: unknown): ListedTask[] {
  if (!isRecord(json)) return []
  const id = json.external_id ?? json.id
  if (typeof id !== 'string') return []
  const deployment = isRecord(json.deployment) ? json.deployment.name : null
  return [
    {
      id,
      createdAtMs: momentIn(json.created_at),
      deployment: typeof deployment === 'string' && deployment !== '' ? deployment : null,
    },
  ]
}

/** Beam writes a moment that has not come yet as null or as the year 1. */
function momentIn(json: unknown): number | null {
  const ms = typeof json === 'string' ? Date.parse(json) : Number.NaN
  return ms > 0 ? ms : null
}
