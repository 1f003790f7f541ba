// Measurements for Prometheus, fed by the same events as the log. The state of the hub (queue, engines, disk) is read at each
// scrape, so it is never stale and costs nothing in between.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { HubEvent, Observer } from '../app/ports/observer.ts'
import {
  EVENT_METRICS,
  type EventMetric,
  type HubState,
  type Sample,
  STATE_METRICS,
} from './metric-table.ts'

export interface Metrics extends Observer {
  readonly contentType: string
  /** In the text format of Prometheus. State that cannot be read now is left out. */
  text(): Promise<string>
  /** Sets where the state of the hub is read. */
  watch(readState: () => Promise<HubState>): void
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const recorders = EVENT_METRICS.map((metric) => createRecorder(metric, registry))
  const present = createGauges(registry)
  let readState: (() => Promise<HubState>) | null = null
  return {
    contentType: registry.contentType,
    observe(event) {
      for (const record of recorders) record(event)
    },
    watch(reader) {
      readState = reader
    },
    async text() {
      // A store that cannot be reached must not hide the measurements that explain why.
      const state = await readState?.().catch(() => null)
      present(state ?? null)
      return registry.metrics()
    },
  }
}

function createRecorder(metric: EventMetric, registry: Registry): (event: HubEvent) => void {
  const add = register(metric, registry)
  return (event) => {
    // The reading under a type takes the events of that type.
    const read = metric.on[event.type] as ((event: HubEvent) => readonly Sample[]) | undefined
    for (const sample of read?.(event) ?? []) add(sample)
  }
}

function register(
  { name, help, labelNames = [], buckets }: EventMetric,
  registry: Registry,
): (sample: Sample) => void {
  const common = { name, help, labelNames, registers: [registry] }
  if (buckets === undefined) {
    const counter = new Counter(common)
    return ({ labels, value }) => counter.inc(labels, value)
  }
  const histogram = new Histogram({ ...common, buckets: [...buckets] })
  return ({ labels, value }) => histogram.observe(labels, value)
}

function createGauges(registry: Registry): (state: HubState | null) => void {
  const gauges = STATE_METRICS.map(({ name, help, labelNames = [], read }) => ({
    gauge: new Gauge({ name, help, labelNames, registers: [registry] }),
    read,
  }))
  return (state) => {
    for (const { gauge, read } of gauges) {
      gauge.reset()
      if (state === null) continue
      for (const { labels, value } of read(state)) gauge.set(labels, value)
    }
  }
}
