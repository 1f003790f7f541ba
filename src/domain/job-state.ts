// The states of a job as one pure, total function: every event has an answer in every state, none throws, and a terminal
// state is terminal. What a worker says counts only with the number of the attempt that is running now.
import type { JobStatus, RequeueReason } from '@infinitetalk/contract'
import { isTerminal } from './job.ts'

/** The members of a job that transitions read and change. */
export interface JobState {
  readonly status: JobStatus
  readonly attempt: number
  /** Workers lost with it. */
  readonly losses: number
  /** Renders of it that died while their worker lived on. */
  readonly crashes: number
  readonly cancelRequested: boolean
}

export type JobStateEvent =
  /** A worker takes it. */
  | { readonly type: 'claim' }
  /** The worker of `attempt` tells how far it is. */
  | { readonly type: 'progress'; readonly attempt: number }
  /** Its verified video is stored. */
  | { readonly type: 'succeed'; readonly attempt: number }
  | { readonly type: 'fail'; readonly attempt: number }
  /** The engine has stopped because a cancellation was asked for. */
  | { readonly type: 'stopped'; readonly attempt: number }
  /** An orderly stop of the worker. */
  | { readonly type: 'put-back'; readonly attempt: number }
  /** The worker is gone, and what it rendered with it. */
  | { readonly type: 'worker-lost'; readonly attempt: number; readonly maxLosses: number }
  /** The process that rendered it is gone; its worker lives and says so. */
  | { readonly type: 'render-crashed'; readonly attempt: number; readonly maxCrashes: number }
  | { readonly type: 'request-cancel' }
  | { readonly type: 'start-deadline' }
  | { readonly type: 'deadline' }

export type Transition =
  | { readonly kind: 'moved'; readonly state: JobState; readonly because: JobChange }
  /** Heard and right, and nothing of the state changes. */
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
  /** It has ended; nothing changes it. */
  | 'finished'
  /** Said by an attempt that is not the running one. */
  | 'stale_attempt'
  /** It waits in the queue. */
  | 'not_running'
  /** Another worker has it. */
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
      // It is about the first start: a job that was lost or put back has kept its promise.
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
 * A cancellation that was accepted is kept: whatever the worker says after it, the job ends canceled. The order in which
 * the two were committed decides, and both callers are told the truth.
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
