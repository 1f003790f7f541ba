// Metrics for Prometheus, made from the same events as the log. Present values (the queue, the engines, the disk) are read when
// they are scraped, so they are never stale and cost nothing between scrapes.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { QueueFigures } from '../app/ports/dispatch.ts'
import type { HubEvent, Observer } from '../app/ports/observer.ts'

export interface HubState {
  readonly queue: QueueFigures
  readonly engines: readonly { readonly name: string; readonly ready: boolean }[]
  readonly diskFreeBytes: number
  readonly nowMs: number
}

export interface Metrics extends Observer {
  readonly contentType: string
  /** The text format of Prometheus. Values that cannot be read now are left out. */
  text(): Promise<string>
  /** Sets the source of the present values; they are left out until then. */
  watch(readState: () => Promise<HubState>): void
}

/** From a cached answer to a render of an hour, in seconds. */
const JOB_SECONDS = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600]
const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60]

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const record = createRecorder(registry)
  const present = createGauges(registry)
  let readState: (() => Promise<HubState>) | null = null
  return {
    contentType: registry.contentType,
    observe: record,
    watch(reader) {
      readState = reader
    },
    async text() {
      // An unreachable store must not hide the metrics that would explain it.
      const state = await readState?.().catch(() => null)
      present(state ?? null)
      return registry.metrics()
    },
  }
}

function createRecorder(registry: Registry): (event: HubEvent) => void {
  const registers = [registry]
  const accepted = new Counter({
    name: 'infinitetalk_jobs_accepted_total',
    help: 'Jobs that were accepted.',
    labelNames: ['engine'],
    registers,
  })
  const ended = new Counter({
    name: 'infinitetalk_jobs_ended_total',
    help: 'Jobs that ended, by how and by the code of their error.',
    labelNames: ['engine', 'status', 'code'],
    registers,
  })
  const requeued = new Counter({
    name: 'infinitetalk_jobs_requeued_total',
    help: 'Jobs that went back to the queue, by why.',
    labelNames: ['reason'],
    registers,
  })
  const waiting = new Histogram({
    name: 'infinitetalk_job_queued_seconds',
    help: 'From acceptance to the first start.',
    labelNames: ['engine'],
    buckets: JOB_SECONDS,
    registers,
  })
  const running = new Histogram({
    name: 'infinitetalk_job_running_seconds',
    help: 'From the start of the last attempt to its end.',
    labelNames: ['engine', 'status'],
    buckets: JOB_SECONDS,
    registers,
  })
  const stage = new Histogram({
    name: 'infinitetalk_job_stage_seconds',
    help: 'Time in one stage of a job.',
    labelNames: ['engine', 'stage'],
    buckets: JOB_SECONDS,
    registers,
  })
  const bytes = new Counter({
    name: 'infinitetalk_bytes_total',
    help: 'Bytes of inputs, uploads and finished videos.',
    labelNames: ['kind'],
    registers,
  })
  const requests = new Histogram({
    name: 'infinitetalk_http_request_seconds',
    help: 'From the header of a request to the last byte of its answer.',
    labelNames: ['operation', 'status'],
    buckets: REQUEST_SECONDS,
    registers,
  })
  const traffic = new Counter({
    name: 'infinitetalk_http_bytes_total',
    help: 'Bytes of HTTP, by direction.',
    labelNames: ['direction'],
    registers,
  })
  const trouble = new Counter({
    name: 'infinitetalk_trouble_total',
    help: 'What should not happen: lost leases, failures inside.',
    labelNames: ['kind'],
    registers,
  })
  return (event) => {
    switch (event.type) {
      case 'job.accepted':
        accepted.inc({ engine: event.engine })
        bytes.inc({ kind: 'input' }, event.inputBytes)
        break
      case 'job.started':
        waiting.observe({ engine: event.engine }, event.queuedMs / 1000)
        break
      case 'job.stage':
        stage.observe({ engine: event.engine, stage: event.stage }, event.durationMs / 1000)
        break
      case 'job.requeued':
        requeued.inc({ reason: event.reason })
        break
      case 'job.ended': {
        const { engine, status, error, runningMs, outputBytes } = event
        ended.inc({ engine, status, code: error?.code ?? '' })
        running.observe({ engine, status }, runningMs / 1000)
        bytes.inc({ kind: 'output' }, outputBytes)
        break
      }
      case 'file.written':
        bytes.inc({ kind: 'upload' }, event.bytes)
        break
      case 'http.answered':
        requests.observe(
          { operation: event.operation, status: String(event.status) },
          event.durationMs / 1000,
        )
        traffic.inc({ direction: 'in' }, event.bytesIn)
        traffic.inc({ direction: 'out' }, event.bytesOut)
        break
      case 'worker.lease_lost':
      case 'hub.trouble':
      case 'http.failed':
        trouble.inc({ kind: event.type })
        break
    }
  }
}

function createGauges(registry: Registry): (state: HubState | null) => void {
  const registers = [registry]
  const depth = new Gauge({
    name: 'infinitetalk_queue_jobs',
    help: 'Jobs in the queue: waiting for a worker, or leased to one.',
    labelNames: ['state'],
    registers,
  })
  const age = new Gauge({
    name: 'infinitetalk_queue_oldest_seconds',
    help: 'How long the job that has waited longest has waited.',
    registers,
  })
  const engine = new Gauge({
    name: 'infinitetalk_engine_ready',
    help: '1 when the engine can work.',
    labelNames: ['engine'],
    registers,
  })
  const disk = new Gauge({
    name: 'infinitetalk_disk_free_bytes',
    help: 'What is free where videos are kept.',
    registers,
  })
  return (state) => {
    for (const gauge of [depth, age, engine, disk]) gauge.reset()
    if (state === null) return
    const { queue, engines, diskFreeBytes, nowMs } = state
    depth.set({ state: 'waiting' }, queue.waiting)
    depth.set({ state: 'leased' }, queue.leased)
    const { oldestWaitingSinceMs: since } = queue
    age.set(since === null ? 0 : Math.max(0, nowMs - since) / 1000)
    for (const { name, ready } of engines) engine.set({ engine: name }, ready ? 1 : 0)
    disk.set(diskFreeBytes)
  }
}
