import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isTerminal } from './job.ts'
import { INITIAL_STATE, type JobState, type JobStateEvent, transition } from './job-state.ts'

const attempt = fc.integer({ min: 0, max: 4 })
const fromWorker = (type: 'progress' | 'succeed' | 'fail' | 'stopped' | 'put-back') =>
  fc.record({ type: fc.constant(type), attempt })
const anyEvent: fc.Arbitrary<JobStateEvent> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ type: 'claim' } as const) },
  fc.constantFrom(
    { type: 'request-cancel' } as const,
    { type: 'start-deadline' } as const,
    { type: 'deadline' } as const,
  ),
  fromWorker('progress'),
  fromWorker('succeed'),
  fromWorker('fail'),
  fromWorker('stopped'),
  { weight: 3, arbitrary: fromWorker('put-back') },
  fc.record({ type: fc.constant('worker-lost' as const), attempt, maxLosses: fc.nat(3) }),
  fc.record({ type: fc.constant('render-crashed' as const), attempt, maxCrashes: fc.nat(3) }),
)

/** Every state the job was in, the first one included, with what was answered. */
function history(events: readonly JobStateEvent[]) {
  let state = INITIAL_STATE
  return events.map((event) => {
    const before = state
    const answer = transition(state, event)
    state = answer.state
    return { before, event, answer }
  })
}

const holdsAlways = (check: (step: ReturnType<typeof history>[number]) => void): void => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
      for (const step of history(events)) check(step)
    }),
    { numRuns: 2000 },
  )
}

const running: JobState = { ...INITIAL_STATE, status: 'running', attempt: 1 }

describe('the states of a job', () => {
  it('change no more once it has ended, and it ends at most once', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        const ends = history(events).filter(
          ({ before, answer }) => !isTerminal(before.status) && isTerminal(answer.state.status),
        )
        expect(ends.length).toBeLessThanOrEqual(1)
      }),
    )
    holdsAlways(({ before, answer }) => {
      if (!isTerminal(before.status)) return
      expect(answer).toEqual({ kind: 'refused', reason: 'finished', state: before })
    })
  })

  it('count attempts up, by one, with each start and nothing else', () => {
    holdsAlways(({ before, answer }) => {
      const started = before.status !== 'running' && answer.state.status === 'running'
      expect(answer.state.attempt).toBe(before.attempt + (started ? 1 : 0))
    })
  })

  it('do not hear what another attempt than the running one says', () => {
    holdsAlways(({ before, event, answer }) => {
      if (!('attempt' in event) || isTerminal(before.status)) return
      if (before.status === 'running' && event.attempt === before.attempt) return
      expect(answer.kind).toBe('refused')
      expect(answer.state).toEqual(before)
    })
  })

  it('never lead to success or failure after a cancellation was accepted', () => {
    holdsAlways(({ before, answer }) => {
      if (!before.cancelRequested) return
      expect(['running', 'canceled']).toContain(answer.state.status)
    })
  })

  it('let a cancellation that was committed first win over a success, and the reverse', () => {
    const requested = transition(running, { type: 'request-cancel' })
    expect(requested).toMatchObject({ kind: 'moved', because: 'cancel_requested' })
    const late = transition(requested.state, { type: 'succeed', attempt: 1 })
    expect(late).toMatchObject({ because: 'canceled', state: { status: 'canceled' } })
    const succeeded = transition(running, { type: 'succeed', attempt: 1 })
    expect(transition(succeeded.state, { type: 'request-cancel' })).toMatchObject({
      kind: 'refused',
      reason: 'finished',
    })
  })

  it('requeue a lost worker and a crashed render as often as allowed, each counted for itself', () => {
    const lost = transition(running, { type: 'worker-lost', attempt: 1, maxLosses: 1 })
    expect(lost.state).toMatchObject({ status: 'queued', losses: 1 })
    const again = transition(lost.state, { type: 'claim' }).state
    const crashed = transition(again, { type: 'render-crashed', attempt: 2, maxCrashes: 1 })
    expect(crashed.state).toMatchObject({ status: 'queued', losses: 1, crashes: 1 })
    const third = transition(crashed.state, { type: 'claim' }).state
    const end = transition(third, { type: 'worker-lost', attempt: 3, maxLosses: 1 })
    expect(end.state).toMatchObject({ status: 'failed', losses: 2, attempt: 3 })
  })

  it('count an orderly stop as no loss', () => {
    const back = transition(running, { type: 'put-back', attempt: 1 })
    expect(back.state).toEqual({ ...running, status: 'queued' })
  })

  it('apply the time to start to the first start only', () => {
    expect(transition(INITIAL_STATE, { type: 'start-deadline' }).state.status).toBe('failed')
    const back = transition(running, { type: 'put-back', attempt: 1 }).state
    expect(transition(back, { type: 'start-deadline' })).toMatchObject({ kind: 'kept' })
  })
})
