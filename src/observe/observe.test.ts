import { describe, expect, it } from 'vitest'
import type { HubEvent } from '../app/ports/observer.ts'
import type { BackendStatus } from '../domain/backend-status.ts'
import type { JobId } from '../domain/ids.ts'
import { combineObservers } from './combine-observers.ts'
import { createLogger, type LogLevel } from './logger.ts'
import { createMetrics } from './metrics.ts'

const jobId = 'job_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11' as JobId
const started: HubEvent = {
  type: 'job.started',
  jobId,
  engine: 'preview',
  attempt: 1,
  queuedMs: 1500,
}
const failed: HubEvent = {
  type: 'job.ended',
  jobId,
  engine: 'preview',
  status: 'failed',
  attempt: 1,
  runningMs: 3000,
  outputBytes: 0,
  error: { code: 'no_face_found', detail: 'No face was found.' },
}

const BACKEND: BackendStatus = {
  name: 'http://gpu:8188',
  state: 'left_out',
  detail: 'Gone.',
  job: null,
  served: 3,
  failures: 1,
  failuresInRow: 1,
  leftOutUntilMs: 20_000,
  lastSuccessMs: null,
  lastFailure: { atMs: 5000, code: 'engine_crashed', detail: 'Gone.' },
  workflow: null,
  version: '0.33.0',
  gpu: { name: 'A GPU', vramTotalBytes: 9, vramFreeBytes: 7 },
}

function logOf(events: readonly HubEvent[], level: LogLevel, isTTY: boolean): string {
  const lines: string[] = []
  const logger = createLogger(level, { write: (text) => lines.push(text), isTTY })
  for (const event of events) logger.observe(event)
  return lines.join('')
}

describe('the log', () => {
  it('is one JSON object a line, with the event and the job on it', () => {
    const [first, second] = logOf([started, failed], 'info', false).trim().split('\n')
    expect(JSON.parse(first ?? '')).toMatchObject({
      level: 'info',
      event: 'job.started',
      jobId,
      message: 'job started, attempt 1',
    })
    expect(JSON.parse(second ?? '')).toMatchObject({
      level: 'error',
      error: { code: 'no_face_found' },
    })
  })

  it('has marks and the job on a terminal', () => {
    const text = logOf([started, failed], 'info', true)
    expect(text).toMatch(/🚀 job started, attempt 1.*job_01932b1c/)
    expect(text).toMatch(/❌ job failed after 3\.0 s: No face was found\..*job_01932b1c/)
    expect(text.trim().split('\n')).toHaveLength(2)
  })

  it('says no more than it is asked to', () => {
    expect(logOf([started], 'error', false)).toBe('')
    expect(logOf([started, failed], 'silent', false)).toBe('')
  })

  it('tells an unforeseen error with its cause', () => {
    const error = new Error('outside', { cause: new Error('inside') })
    const text = logOf([{ type: 'hub.trouble', where: 'sweep', error }], 'info', false)
    expect(JSON.parse(text).error).toMatchObject({
      message: 'outside',
      cause: { message: 'inside' },
    })
  })
})

describe('the metrics', () => {
  it('count what happened and show what is', async () => {
    const metrics = createMetrics()
    metrics.observe(started)
    metrics.observe(failed)
    metrics.watch(async () => ({
      queue: { waiting: 3, leased: 1, oldestWaitingSinceMs: 4000 },
      engines: [{ name: 'preview', ready: true }],
      backends: [{ ...BACKEND, engine: 'comfyui' }],
      workers: [],
      diskFreeBytes: 5,
      nowMs: 10_000,
    }))
    const code = 'engine_crashed'
    const of = { engine: 'comfyui', backend: BACKEND.name }
    metrics.observe({ type: 'backend.failed', ...of, code, detail: 'Gone.', leftOutMs: 15_000 })
    const text = await metrics.text()
    expect(text).toContain(
      'infinitetalk_jobs_ended_total{engine="preview",status="failed",code="no_face_found"} 1',
    )
    expect(text).toContain('infinitetalk_job_queued_seconds_sum{engine="preview"} 1.5')
    expect(text).toContain('infinitetalk_queue_jobs{state="waiting"} 3')
    expect(text).toContain('infinitetalk_queue_oldest_seconds 6')
    expect(text).toContain('infinitetalk_engine_ready{engine="preview"} 1')
    const labels = 'engine="comfyui",backend="http://gpu:8188"'
    expect(text).toContain(`infinitetalk_backend_up{${labels}} 0`)
    expect(text).toContain(`infinitetalk_backend_vram_free_bytes{${labels}} 7`)
    expect(text).toContain(`infinitetalk_backend_jobs_total{${labels},code="engine_crashed"} 1`)
  })

  it('are there when the store is not', async () => {
    const metrics = createMetrics()
    metrics.observe(started)
    metrics.watch(() => Promise.reject(new Error('no store')))
    const text = await metrics.text()
    expect(text).toContain('infinitetalk_job_queued_seconds_count{engine="preview"} 1')
    expect(text).not.toContain('infinitetalk_queue_jobs{')
  })
})

describe('those who watch', () => {
  it('do not harm each other', () => {
    const seen: HubEvent[] = []
    const broken = {
      observe: () => {
        throw new Error('broken')
      },
    }
    combineObservers([broken, { observe: (event) => seen.push(event) }]).observe(started)
    expect(seen).toEqual([started])
  })
})
