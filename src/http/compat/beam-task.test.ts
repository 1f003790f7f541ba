// Every state of a job is one of Beam's, and the true one.
import { describe, expect, it } from 'vitest'
import { sampleJob } from '../../../test/support/sample-job.ts'
import type { Job } from '../../domain/job.ts'
import { beamStatusOf } from './beam-task.ts'

const failed = (code: NonNullable<Job['error']>['code'], attempt = 1): Partial<Job> => ({
  status: 'failed',
  attempt,
  error: { code, detail: 'It failed.', pointer: null, node: null },
})

describe('the state of a task', () => {
  it.each<[string, Partial<Job>, string]>([
    ['waits for its first start', { status: 'queued', attempt: 0 }, 'PENDING'],
    ['was put back in the queue', { status: 'queued', attempt: 1 }, 'RETRY'],
    ['is rendered', { status: 'running', attempt: 1 }, 'RUNNING'],
    ['is being stopped', { status: 'running', attempt: 1, cancelRequestedAtMs: 1 }, 'RUNNING'],
    ['is done', { status: 'succeeded', attempt: 1 }, 'COMPLETE'],
    ['was canceled', { status: 'canceled' }, 'CANCELLED'],
    ['did not begin in time', failed('start_deadline_passed', 0), 'EXPIRED'],
    ['did not end in time, and never began', failed('deadline_passed', 0), 'EXPIRED'],
    ['did not end in time', failed('deadline_passed'), 'TIMEOUT'],
    ['was rendered for too long', failed('job_timeout'), 'TIMEOUT'],
    ['lost its last worker', failed('worker_lost'), 'ERROR'],
    ['could not be rendered', failed('no_face_found'), 'ERROR'],
  ])('of a job that %s', (_what, overrides, status) => {
    expect(beamStatusOf(sampleJob(1, overrides))).toBe(status)
  })
})
