// All measurements of the hub as two tables: each row says what is measured and how an event or the state of the hub gives its
// samples. metrics.ts registers and feeds them.
import type { QueueFigures } from '../app/ports/dispatch.ts'
import type { BackendStatus } from '../app/ports/engine.ts'
import type { HubEvent } from '../app/ports/observer.ts'
import type { WorkerStatus } from '../app/ports/worker-store.ts'

export interface HubState {
  readonly queue: QueueFigures
  readonly engines: readonly { readonly name: string; readonly ready: boolean }[]
  readonly backends: readonly (BackendStatus & { readonly engine: string })[]
  readonly workers: readonly WorkerStatus[]
  readonly diskFreeBytes: number
  readonly nowMs: number
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

interface Metric {
  readonly name: string
  readonly help: string
  readonly labelNames?: readonly string[]
}

/** The amount that each type of event adds. */
type Readings = {
  readonly [Type in HubEvent['type']]?: (
    event: Extract<HubEvent, { readonly type: Type }>,
  ) => readonly Sample[]
}

/** With `buckets`: a histogram. Without: a counter. */
export interface EventMetric extends Metric {
  readonly buckets?: readonly number[]
  readonly on: Readings
}

export interface StateMetric extends Metric {
  read(state: HubState): readonly Sample[]
}

/** From a cached answer to one hour of rendering. */
const JOB_SECONDS = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600]
const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60]

export const EVENT_METRICS: readonly EventMetric[] = [
  {
    name: 'infinitetalk_jobs_accepted_total',
    help: 'Accepted jobs.',
    labelNames: ['engine'],
    on: { 'job.accepted': ({ engine }) => one({ engine }) },
  },
  {
    name: 'infinitetalk_jobs_ended_total',
    help: 'Finished jobs, by status and error code.',
    labelNames: ['engine', 'status', 'code'],
    on: {
      'job.ended': ({ engine, status, error }) => one({ engine, status, code: error?.code ?? '' }),
    },
  },
  {
    name: 'infinitetalk_jobs_requeued_total',
    help: 'Jobs that went back to the queue, by reason.',
    labelNames: ['reason'],
    on: { 'job.requeued': ({ reason }) => one({ reason }) },
  },
  {
    name: 'infinitetalk_job_queued_seconds',
    help: 'Time from acceptance to the first start.',
    labelNames: ['engine'],
    buckets: JOB_SECONDS,
    on: { 'job.started': ({ engine, queuedMs }) => one({ engine }, queuedMs / 1000) },
  },
  {
    name: 'infinitetalk_job_running_seconds',
    help: 'Time from the start of the last attempt to its end.',
    labelNames: ['engine', 'status'],
    buckets: JOB_SECONDS,
    on: {
      'job.ended': ({ engine, status, runningMs }) => one({ engine, status }, runningMs / 1000),
    },
  },
  {
    name: 'infinitetalk_job_stage_seconds',
    help: 'Time in one stage of a job.',
    labelNames: ['engine', 'stage'],
    buckets: JOB_SECONDS,
    on: {
      'job.stage': ({ engine, stage, durationMs }) => one({ engine, stage }, durationMs / 1000),
    },
  },
  {
    name: 'infinitetalk_bytes_total',
    help: 'Bytes of inputs, uploads and finished videos.',
    labelNames: ['kind'],
    on: {
      'job.accepted': ({ inputBytes }) => one({ kind: 'input' }, inputBytes),
      'job.ended': ({ outputBytes }) => one({ kind: 'output' }, outputBytes),
      'file.written': ({ bytes }) => one({ kind: 'upload' }, bytes),
    },
  },
  {
    name: 'infinitetalk_webhook_attempts_total',
    help: 'Attempts to deliver an event; "pending" failed and is followed by another one.',
    labelNames: ['status'],
    on: { 'webhook.attempted': ({ status }) => one({ status }) },
  },
  {
    name: 'infinitetalk_http_request_seconds',
    help: 'Time from the header of a request to the last byte of its answer.',
    labelNames: ['operation', 'status'],
    buckets: REQUEST_SECONDS,
    on: {
      'http.answered': ({ operation, status, durationMs }) =>
        one({ operation, status: String(status) }, durationMs / 1000),
    },
  },
  {
    name: 'infinitetalk_http_bytes_total',
    help: 'Bytes of HTTP bodies, by direction.',
    labelNames: ['direction'],
    on: {
      'http.answered': ({ bytesIn, bytesOut }) => [
        ...one({ direction: 'in' }, bytesIn),
        ...one({ direction: 'out' }, bytesOut),
      ],
    },
  },
  {
    name: 'infinitetalk_backend_jobs_total',
    help: 'Jobs that a backend has had, by error code; the code is empty for a job that it did.',
    labelNames: ['engine', 'backend', 'code'],
    on: {
      'backend.served': ({ engine, backend }) => one({ engine, backend, code: '' }),
      'backend.failed': ({ engine, backend, code }) => one({ engine, backend, code }),
    },
  },
  {
    name: 'infinitetalk_trouble_total',
    help: 'Events that should not happen: lost leases and internal errors.',
    labelNames: ['kind'],
    on: {
      'worker.lease_lost': ({ type }) => one({ kind: type }),
      'hub.trouble': ({ type }) => one({ kind: type }),
      'http.failed': ({ type }) => one({ kind: type }),
    },
  },
]

export const STATE_METRICS: readonly StateMetric[] = [
  {
    name: 'infinitetalk_queue_jobs',
    help: 'Jobs in the queue: waiting for a worker, or leased to one.',
    labelNames: ['state'],
    read: ({ queue }) => [
      ...one({ state: 'waiting' }, queue.waiting),
      ...one({ state: 'leased' }, queue.leased),
    ],
  },
  {
    name: 'infinitetalk_queue_oldest_seconds',
    help: 'Waiting time of the oldest waiting job.',
    read: ({ queue: { oldestWaitingSinceMs: since }, nowMs }) =>
      one({}, since === null ? 0 : Math.max(0, nowMs - since) / 1000),
  },
  {
    name: 'infinitetalk_engine_ready',
    help: '1 when the engine is ready.',
    labelNames: ['engine'],
    read: ({ engines }) =>
      engines.flatMap(({ name, ready }) => one({ engine: name }, ready ? 1 : 0)),
  },
  {
    name: 'infinitetalk_workers',
    help: 'Running workers of a shared database that take jobs of the engine.',
    labelNames: ['engine'],
    read: ({ workers }) => {
      const taking = workers.filter(({ draining }) => !draining)
      const counts = new Map<string, number>()
      for (const { name } of taking.flatMap(({ engines }) => engines)) {
        counts.set(name, (counts.get(name) ?? 0) + 1)
      }
      return [...counts].flatMap(([engine, count]) => one({ engine }, count))
    },
  },
  {
    name: 'infinitetalk_backend_up',
    help: '1 when the backend may have a job or has one, 0 when it is left out or unavailable.',
    labelNames: ['engine', 'backend'],
    read: ({ backends }) =>
      backends.flatMap(({ engine, name, state }) => {
        const isUp = state !== 'left_out' && state !== 'unavailable'
        return one({ engine, backend: name }, isUp ? 1 : 0)
      }),
  },
  {
    name: 'infinitetalk_backend_vram_free_bytes',
    help: 'Free memory of the GPU of a backend, as it says. Absent while it says nothing.',
    labelNames: ['engine', 'backend'],
    read: ({ backends }) =>
      backends.flatMap(({ engine, name, gpu }) =>
        gpu?.vramFreeBytes == null ? [] : one({ engine, backend: name }, gpu.vramFreeBytes),
      ),
  },
  {
    name: 'infinitetalk_disk_free_bytes',
    help: 'Free bytes on the disk of the data folder.',
    read: ({ diskFreeBytes }) => one({}, diskFreeBytes),
  },
]

function one(labels: Sample['labels'], value = 1): readonly Sample[] {
  return [{ labels, value }]
}
