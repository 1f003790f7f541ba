// The states of a job as one pure, total function: it answers every event in every state, never throws, and keeps terminal states
// terminal. A worker's event counts only with the number of the running attempt.
import type { JobStatus, RequeueReason } from '@infinitetalk/contract'
import { isTerminal } from './job.ts'

/** The members of a job that transitions read and change. */
export interface JobState {
  readonly status: JobStatus
  readonly attempt: number
  /** Workers lost with it. */
  readonly losses: number
  /** Its crashed render processes whose worker stayed alive. */
  readonly crashes: number
  readonly cancelRequested: boolean
}

export type JobStateEvent =
  /** A worker claims the job. */
  | { readonly type: 'claim' }
  /** The worker of `attempt` reports progress. */
  | { readonly type: 'progress'; readonly attempt: number }
  /** The verified video is stored. */
  | { readonly type: 'succeed'; readonly attempt: number }
  | { readonly type: 'fail'; readonly attempt: number }
  /** The engine has stopped because of a cancellation. */
  | { readonly type: 'stopped'; readonly attempt: number }
  /** An orderly stop of the worker. */
  | { readonly type: 'put-back'; readonly attempt: number }
  /** The worker is lost, with its unfinished render. */
  | { readonly type: 'worker-lost'; readonly attempt: number; readonly maxLosses: number }
  /** The render process crashed; its worker is alive and reports it. */
  | { readonly type: 'render-crashed'; readonly attempt: number; readonly maxCrashes: number }
  | { readonly type: 'request-cancel' }
  | { readonly type: 'start-deadline' }
  | { readonly type: 'deadline' }

export type Transition =
  | { readonly kind: 'moved'; readonly state: JobState; readonly because: JobChange }
  /** Valid, without a change of state. */
  | { readonly kind: 'kept'; readonly state: JobState }
  | { readonly kind: 'refused'; readonly state: JobState; readonly reason: RefusalReason }

/** The event that others see for a transition. */
export type JobChange =
  | 'started'
  | 'succeeded'
  | 'failed'
  | 'canceled'
  | 'cancel_requested'
  | RequeueReason

export type RefusalReason =
  /** The job has ended; nothing changes it. */
  | 'finished'
  /** From an attempt that is not the running one. */
  | 'stale_attempt'
  /** The job is queued. */
  | 'not_running'
  /** Another worker has the job. */
  | 'already_running'

export const INITIAL_STATE: JobState = {
  status: 'queued',
  attempt: 0,
  losses: 0,
  crashes: 0,
  cancelRequested: false,
}

export function transition(state: JobState, event: JobStateEvent): Transition {
  if (isTerminal(state.status)) return refuse(state, 'finished')
  return state.status === 'queued' ? whileQueued(state, event) : whileRunning(state, event)
}

function whileQueued(state: JobState, event: JobStateEvent): Transition {
  switch (event.type) {
    case 'claim':
      return move({ ...state, status: 'running', attempt: state.attempt + 1 }, 'started')
    case 'request-cancel':
      return move({ ...state, status: 'canceled', cancelRequested: true }, 'canceled')
    case 'start-deadline':
      // The deadline applies to the first start: a lost or requeued job has already met it.
      return state.attempt > 0 ? keep(state) : move({ ...state, status: 'failed' }, 'failed')
    case 'deadline':
      return move({ ...state, status: 'failed' }, 'failed')
    case 'progress':
    case 'succeed':
    case 'fail':
    case 'stopped':
    case 'put-back':
    case 'worker-lost':
    case 'render-crashed':
      return refuse(state, event.attempt === state.attempt ? 'not_running' : 'stale_attempt')
  }
}

function whileRunning(state: JobState, event: JobStateEvent): Transition {
  switch (event.type) {
    case 'claim':
      return refuse(state, 'already_running')
    case 'start-deadline':
      return keep(state)
    case 'deadline':
      return state.cancelRequested
        ? move({ ...state, status: 'canceled' }, 'canceled')
        : move({ ...state, status: 'failed' }, 'failed')
    case 'request-cancel':
      if (state.cancelRequested) return keep(state)
      return move({ ...state, cancelRequested: true }, 'cancel_requested')
    default:
      return event.attempt === state.attempt
        ? fromItsWorker(state, event)
        : refuse(state, 'stale_attempt')
  }
}

type WorkerEvent = Extract<JobStateEvent, { readonly attempt: number }>

/**
 * An accepted cancellation is final: the job ends canceled, no matter what its worker reports later. The order of the commits decides,
 * and both callers get the true state.
 */
function fromItsWorker(state: JobState, event: WorkerEvent): Transition {
  if (event.type === 'progress') return keep(state)
  if (state.cancelRequested) return move({ ...state, status: 'canceled' }, 'canceled')
  switch (event.type) {
    case 'succeed':
      return move({ ...state, status: 'succeeded' }, 'succeeded')
    case 'fail':
    case 'stopped':
      return move({ ...state, status: 'failed' }, 'failed')
    case 'put-back':
      return move({ ...state, status: 'queued' }, 'put_back')
    case 'worker-lost': {
      const losses = state.losses + 1
      return losses > event.maxLosses
        ? move({ ...state, losses, status: 'failed' }, 'failed')
        : move({ ...state, losses, status: 'queued' }, 'worker_lost')
    }
    case 'render-crashed': {
      const crashes = state.crashes + 1
      return crashes > event.maxCrashes
        ? move({ ...state, crashes, status: 'failed' }, 'failed')
        : move({ ...state, crashes, status: 'queued' }, 'render_crashed')
    }
  }
}

function move(state: JobState, because: JobChange): Transition {
  return { kind: 'moved', state, because }
}

function keep(state: JobState): Transition {
  return { kind: 'kept', state }
}

function refuse(state: JobState, reason: RefusalReason): Transition {
  return { kind: 'refused', state, reason }
}
