// Every state of a job is one of RunPod's, and its times are told when there are any.
import { describe, expect, it } from 'vitest'
import { SAMPLE_TIME_MS, sampleJob } from '../../../test/support/sample-job.ts'
import type { JobView } from '../../app/hub.ts'
import type { Job } from '../../domain/job.ts'
import { presentRunpodJob, runpodStatusOf } from './runpod-job.ts'

const failed = (code: NonNullable<Job['error']>['code']): Partial<Job> => ({
  status: 'failed',
  error: { code, detail: 'It failed.', pointer: null, node: null },
})

const viewOf = (overrides: Partial<Job>): JobView => ({
  job: sampleJob(0, overrides),
  queuePosition: null,
  etaSeconds: null,
  etaRange: null,
  waitingReason: null,
  nowMs: SAMPLE_TIME_MS + 1000,
})

describe('the state of a job', () => {
  it.each<[string, Partial<Job>, string]>([
    ['waits', { status: 'queued' }, 'IN_QUEUE'],
    ['was put back in the queue', { status: 'queued', attempt: 1 }, 'IN_QUEUE'],
    ['is rendered', { status: 'running', attempt: 1 }, 'IN_PROGRESS'],
    ['is done', { status: 'succeeded' }, 'COMPLETED'],
    ['was canceled', { status: 'canceled' }, 'CANCELLED'],
    ['did not begin in time', failed('start_deadline_passed'), 'TIMED_OUT'],
    ['did not end in time', failed('deadline_passed'), 'TIMED_OUT'],
    ['was rendered for too long', failed('job_timeout'), 'TIMED_OUT'],
    ['could not be rendered', failed('no_face_found'), 'FAILED'],
  ])('of one that %s', (_what, overrides, status) => {
    expect(runpodStatusOf(sampleJob(1, overrides))).toBe(status)
  })
})

describe('the times of a job', () => {
  const started = {
    attempt: 1,
    firstStartedAtMs: SAMPLE_TIME_MS + 40,
    startedAtMs: SAMPLE_TIME_MS + 40,
  }

  it('are not there before there are any', () => {
    const waiting = presentRunpodJob(viewOf({ status: 'queued' }), '')
    expect(Object.keys(waiting)).toEqual(['id', 'status'])
  })

  it('are milliseconds in the queue, and of the work when it is over', () => {
    const running = presentRunpodJob(viewOf({ status: 'running', ...started }), '')
    expect(running).toMatchObject({ delayTime: 40, workerId: 'preview' })
    expect(running).not.toHaveProperty('executionTime')
    const ended = { ...started, ...failed('no_face_found'), finishedAtMs: SAMPLE_TIME_MS + 140 }
    expect(presentRunpodJob(viewOf(ended), '')).toMatchObject({
      delayTime: 40,
      executionTime: 100,
      error: 'It failed.',
    })
  })

  it('tell of one that nobody took no work and no worker', () => {
    const ended = { ...failed('start_deadline_passed'), finishedAtMs: SAMPLE_TIME_MS + 90 }
    const job = presentRunpodJob(viewOf(ended), '')
    expect(job.delayTime).toBe(90)
    expect(job).not.toHaveProperty('executionTime')
    expect(job).not.toHaveProperty('workerId')
  })
})
