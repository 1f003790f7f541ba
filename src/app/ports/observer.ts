// The observer port: one closed list of events, from which logs and metrics are made. Events hold no secrets and no bytes of
// inputs.
import type {
  DeliveryStatus,
  ErrorCode,
  JobStatus,
  RequeueReason,
  Stage,
} from '@infinitetalk/contract'
import type { DeliveryId, JobId } from '../../domain/ids.ts'

export type HubEvent =
  | {
      readonly type: 'job.accepted'
      readonly jobId: JobId
      readonly ownerKey: string
      readonly engine: string
      readonly inputBytes: number
    }
  | {
      readonly type: 'job.started'
      readonly jobId: JobId
      readonly engine: string
      readonly attempt: number
      readonly queuedMs: number
    }
  | {
      readonly type: 'job.stage'
      readonly jobId: JobId
      readonly engine: string
      readonly stage: Stage
      /** Total time in the stage, which may alternate with others. */
      readonly durationMs: number
    }
  /** A slow node of the engine's graph. */
  | {
      readonly type: 'job.node'
      readonly jobId: JobId
      readonly engine: string
      readonly nodeId: string
      readonly nodeClass: string
      readonly durationMs: number
    }
  | { readonly type: 'job.requeued'; readonly jobId: JobId; readonly reason: RequeueReason }
  | { readonly type: 'job.cancel_requested'; readonly jobId: JobId }
  | {
      readonly type: 'job.ended'
      readonly jobId: JobId
      readonly engine: string
      readonly status: Extract<JobStatus, 'succeeded' | 'failed' | 'canceled'>
      readonly attempt: number
      readonly runningMs: number
      readonly outputBytes: number
      readonly error: { readonly code: ErrorCode; readonly detail: string } | null
    }
  | { readonly type: 'job.removed'; readonly jobId: JobId; readonly why: RemovalReason }
  /** An attempt to deliver an event; `pending` after a failure that is followed by another one. */
  | {
      readonly type: 'webhook.attempted'
      readonly deliveryId: DeliveryId
      readonly jobId: JobId
      readonly status: DeliveryStatus
      readonly httpStatus: number | null
      readonly error: string | null
    }
  | { readonly type: 'file.written'; readonly bytes: number }
  | { readonly type: 'worker.lease_lost'; readonly jobId: JobId; readonly attempt: number }
  /** The engine cannot be reached; a job waits for it. */
  | {
      readonly type: 'engine.waiting'
      readonly engine: string
      readonly detail: string
      readonly waitMs: number
    }
  | { readonly type: 'engine.starting'; readonly engine: string }
  | { readonly type: 'engine.ready'; readonly engine: string; readonly afterMs: number }
  /** One of the engine's machines did its job, as far as that was up to it. */
  | { readonly type: 'backend.served'; readonly engine: string; readonly backend: string }
  /** A machine failed a job. `leftOutMs` is 0 for the only one. */
  | {
      readonly type: 'backend.failed'
      readonly engine: string
      readonly backend: string
      readonly code: ErrorCode
      readonly detail: string
      readonly leftOutMs: number
    }
  | { readonly type: 'hub.recovered'; readonly requeued: number; readonly failed: number }
  | { readonly type: 'hub.trouble'; readonly where: string; readonly error: unknown }
  | { readonly type: 'hub.disk_low'; readonly freeBytes: number; readonly reserveBytes: number }
  | { readonly type: 'hub.event_loop_held'; readonly heldMs: number }
  | {
      readonly type: 'http.listening'
      readonly url: string
    }
  | {
      readonly type: 'http.answered'
      readonly requestId: string
      readonly method: string
      /** The id of the operation, never the path: a metric needs few label values. */
      readonly operation: string
      readonly status: number
      readonly durationMs: number
      readonly bytesIn: number
      readonly bytesOut: number
      readonly ownerKey: string | null
      readonly jobId: string | null
      readonly errorCode: ErrorCode | null
    }
  /** A key changed something. */
  | {
      readonly type: 'audit'
      /** The name of the API key, or `anonymous`; null: a command on the machine of the hub. */
      readonly key: string | null
      /** The id of the operation, or `keys.created`, `keys.rotated`, `keys.changed`, `keys.revoked`. */
      readonly action: string
      /** The id of the job or file, or the name of the changed key; null where the request names several. */
      readonly target: string | null
      readonly requestId: string | null
    }
  /** An unexpected error; the caller got `internal_error` and this id. */
  | { readonly type: 'http.failed'; readonly requestId: string; readonly error: unknown }

/** On request, expired, or beyond the quota. */
export type RemovalReason = 'deleted' | 'retention' | 'quota'

export interface Observer {
  observe(event: HubEvent): void
}
