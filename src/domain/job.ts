// The job: its request, its progress, its end. The stored row is the only truth about it.
import type {
  ErrorCode,
  GenerationSpec,
  JobStatus,
  MemoryRemedy,
  RequeueReason,
  Stage,
  StepUnit,
  VoiceSpec,
  WebhookSpec,
} from '@infinitetalk/contract'
import type { BatchId, JobId, Sha256 } from './ids.ts'

/** A medium of a job: its bytes are a blob, or still behind a URL. */
export type JobSource =
  | { readonly kind: 'url'; readonly url: string }
  | {
      readonly kind: 'blob'
      readonly sha256: Sha256
      readonly bytes: number
      /** As the caller declared it; the content decides. */
      readonly contentType: string | null
      /** How the caller gave it. */
      readonly from: 'base64' | 'file' | 'path' | 'text'
      /** The id of the uploaded file, or the given path. */
      readonly given: string | null
    }

export interface JobVoice extends Omit<VoiceSpec, 'source'> {
  readonly source: JobSource
}

/** Which body a receiver expects: that of Standard Webhooks, or what RunPod or Beam would send. */
export type WebhookForm = 'standard' | 'runpod' | 'beam'

export interface JobWebhook extends WebhookSpec {
  readonly form: WebhookForm
  /** The key whose own secrets sign the events; null: the secrets of the hub, of an admin. */
  readonly signer: string | null
  /** How its links begin, unless the hub has a public URL. Absent in rows of older versions. */
  readonly hubUrl?: string | undefined
}

/** The request, with its media replaced by the hub's copies. */
export interface JobInput extends Omit<GenerationSpec, 'visual' | 'voices' | 'webhook'> {
  readonly webhook: JobWebhook | null
  readonly visual: JobSource
  readonly voices: readonly JobVoice[]
}

export interface JobProgress {
  readonly stage: Stage
  /** 0..1 of the whole work. */
  readonly fraction: number
  readonly step: {
    readonly done: number
    /** 0 when it is not known. */
    readonly total: number
    readonly unit: StepUnit
    /** For an engine that samples in windows: the current window, from 1, and their number. */
    readonly window?: number
    readonly windows?: number
  }
  /** Seconds left, as measured; null when not known. */
  readonly etaSeconds: number | null
  /** Where the measurements differ: between so many seconds. Absent in rows of older versions. */
  readonly etaRange?: readonly [number, number] | null
}

export interface JobVideo {
  readonly sha256: Sha256
  readonly bytes: number
  readonly width: number
  readonly height: number
  readonly fps: number
  readonly frames: number
  readonly seconds: number
}

/** The windows of a render in steps: needed and rendered are equal when nothing was lost. */
export interface WindowCount {
  readonly needed: number
  /** All started windows, the lost and repeated ones included. */
  readonly rendered: number
  /** Taken from an earlier job; absent of a video that has none. */
  readonly kept?: number
  /** Rendered separately; absent for one. */
  readonly pieces?: number
}

/** A node of a graph that has run. */
export interface FinishedNode {
  readonly nodeId: string
  readonly nodeClass: string
  readonly durationMs: number
}

/** A remedy that a render used because its ComfyUI ran out of memory. */
export interface MemoryStep {
  readonly remedy: MemoryRemedy
  /** null: the whole video. */
  readonly window: number | null
  readonly windowFrames?: number
}

export interface JobOutput {
  readonly video: JobVideo
  readonly poster: { readonly sha256: Sha256; readonly bytes: number } | null
  readonly engine: string
  readonly seed: number
  readonly warnings: readonly string[]
  /** Absent for a render in one piece, and in rows of older versions. */
  readonly windows?: WindowCount
  /** Absent when memory did not run out. */
  readonly memorySteps?: readonly MemoryStep[]
  /** The job that rendered the video. Absent when this one did. */
  readonly reusedFrom?: JobId
}

export interface JobError {
  readonly code: ErrorCode
  readonly detail: string
  readonly pointer: string | null
  readonly node: { readonly id: string; readonly type: string } | null
}

/** Times are milliseconds since 1970, UTC. */
export interface Job {
  readonly id: JobId
  /** The submitter: the name of an API key, or `anonymous`. */
  readonly ownerKey: string
  readonly status: JobStatus
  /** Grows by one with every change of the row. Waiters compare it, and it is the ETag. */
  readonly version: number
  /** The fencing token: grows with every start, so reports of earlier attempts are ignored. 0 before the first start. */
  readonly attempt: number
  /** How often a worker was lost with the job. An orderly stop that requeues the job does not count. */
  readonly losses: number
  /** How often its render process crashed while the worker stayed alive. */
  readonly crashes: number
  readonly input: JobInput
  readonly engine: string
  /** The expected video, as far as the inputs were known when the job was accepted. */
  readonly expected: {
    readonly frames: number
    readonly width: number
    readonly height: number
  } | null
  readonly createdAtMs: number
  /** Start of the last attempt. */
  readonly startedAtMs: number | null
  readonly firstStartedAtMs: number | null
  readonly finishedAtMs: number | null
  readonly expiresAtMs: number | null
  /** Deadline of the first start. */
  readonly startDeadlineMs: number | null
  /** Deadline of the end. */
  readonly deadlineMs: number | null
  readonly cancelRequestedAtMs: number | null
  readonly progress: JobProgress | null
  /** Milliseconds in each stage of the last attempt. */
  readonly stageMs: Readonly<Partial<Record<Stage, number>>>
  readonly output: JobOutput | null
  readonly error: JobError | null
  readonly retryOf: JobId | null
  /** The batch that it was submitted with. A retry of it belongs to none. */
  readonly batchId: BatchId | null
  /** Where an earlier attempt left its render on another machine, so that the next attempt can resume it. */
  readonly remoteRender: RemoteRender | null
}

/** A render that continues on another machine even if nobody here watches it. */
export interface RemoteRender {
  readonly engine: string
  /** The machine, in words that its engine recognises. */
  readonly backend: string
  /** Its id there. */
  readonly id: string
  /** The settings at its start: an attempt that resumes it must plan the same. */
  readonly seed: number
  /** Warnings from the preparation of its inputs, which are not examined again. Absent in rows of older versions. */
  readonly warnings?: readonly string[]
  /** For a render in windows: the prompts of started windows that are not stored yet, by window number. */
  readonly prompts?: readonly RemotePrompt[]
  /** Windows started so far, by all attempts. */
  readonly begun?: number
  /** Earlier renders of the job on machines that it left, because they did not answer. They are ended when those answer again. */
  readonly lost?: readonly LostRender[]
  /** By all attempts. */
  readonly memorySteps?: readonly MemoryStep[]
  /** For a render in pieces: the first frame of every piece but the first, as decided by the first attempt. */
  readonly cuts?: readonly number[]
  /** Each piece is a render of its own: its record, in order, null until it is begun. The outer record then has no prompts. */
  readonly pieces?: readonly (RemoteRender | null)[]
}

export interface RemotePrompt {
  readonly window: number
  readonly id: string
  /** The window begins a piece without the frames before it: its first frames are the lead. */
  readonly hasLead?: boolean
}

/** The renders of a record: itself, or those of its pieces. */
export function rendersOf(remote: RemoteRender): readonly RemoteRender[] {
  return remote.pieces?.filter((piece) => piece !== null) ?? [remote]
}

export interface LostRender extends Pick<RemoteRender, 'backend' | 'id' | 'prompts'> {
  readonly leftAtMs: number
}

/** The part of the record that outlives its job: renders that may still run; null when there are none. */
export function outlivingRender(found: RemoteRender | null): RemoteRender | null {
  if (found?.lost === undefined || found.lost.length === 0) return null
  const { pieces: _, ...record } = found
  return { ...record, prompts: [] }
}

/** An event of a job, without its number in the sequence. */
export type JobEventBody =
  | { readonly type: 'queued' }
  | { readonly type: 'started'; readonly engine: string }
  | { readonly type: 'progress'; readonly progress: JobProgress }
  | { readonly type: 'node'; readonly node: FinishedNode }
  | { readonly type: 'memory'; readonly step: MemoryStep }
  | { readonly type: 'requeued'; readonly reason: RequeueReason }
  | { readonly type: 'cancel_requested' }
  | {
      readonly type: 'succeeded'
      readonly video: { readonly sha256: string; readonly bytes: number; readonly seconds: number }
    }
  | { readonly type: 'failed'; readonly error: JobError }
  | { readonly type: 'canceled' }

export interface JobEvent {
  readonly jobId: JobId
  /** From 1, unique within the job. */
  readonly sequence: number
  readonly attempt: number
  readonly atMs: number
  readonly body: JobEventBody
}

const TERMINAL: ReadonlySet<JobStatus> = new Set(['succeeded', 'failed', 'canceled'])

export function isTerminal(status: JobStatus): boolean {
  return TERMINAL.has(status)
}
