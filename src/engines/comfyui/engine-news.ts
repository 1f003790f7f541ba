// Events of a ComfyUI beside its renders, for the operator's log.
import type { ErrorCode } from '@infinitetalk/contract'

export type EngineNews =
  /** It cannot be reached; a job waits for it. */
  | { readonly type: 'engine.waiting'; readonly detail: string; readonly waitMs: number }
  /** A process of our own begins. */
  | { readonly type: 'engine.starting' }
  /** It answers: after its start, or after it was waited for. */
  | { readonly type: 'engine.ready'; readonly afterMs: number }
  /** One of several machines did its job, as far as that was up to it. */
  | { readonly type: 'backend.served'; readonly backend: string }
  /** The machine failed a job. `leftOutMs` is 0 for the only one. */
  | {
      readonly type: 'backend.failed'
      readonly backend: string
      readonly code: ErrorCode
      readonly detail: string
      readonly leftOutMs: number
    }
