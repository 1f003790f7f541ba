// The state of a hub as its transports see it: engines, backends, queue, storage and health.
import type { Size, Windowing } from '@infinitetalk/arithmetic'
import type { JobStatus } from '@infinitetalk/contract'
import type { BackendStatus } from '../domain/backend-status.ts'
import type { EngineCapabilities } from '../domain/capabilities.ts'
import type { AppError } from '../domain/errors.ts'
import type { Limits } from '../domain/limits.ts'
import type { WorkerStatus } from '../domain/worker-status.ts'
import type { QueueFigures } from './ports/dispatch.ts'
import type { WorkflowSummary } from './ports/engine.ts'
import type { ModelChoice, ModelStatus, PullStage } from './ports/models.ts'

export interface EngineHealth {
  readonly name: string
  readonly ready: boolean
  /** One sentence; null when all is well. */
  readonly detail: string | null
}

/** An engine that a person may choose. */
export interface EngineView {
  readonly name: string
  /** Used by requests that name no engine. */
  readonly preferred: boolean
  /** A stand-in that no request gets unless it asks for it, where there is another engine. */
  readonly onlyPreviews: boolean
  /** The reason why it cannot work now; null when it can. */
  readonly detail: string | null
  readonly capabilities: EngineCapabilities
  /** The sampling of a request without parameters; null for an engine that renders frame by frame. */
  readonly windowing: Windowing | null
  readonly measured: readonly {
    readonly size: Size
    readonly secondsPerUnit: number
    readonly renders: number
  }[]
}

export interface HubHealth {
  readonly ready: boolean
  readonly stopping: boolean
  readonly engines: readonly EngineHealth[]
  readonly store: { readonly ready: boolean; readonly detail: string | null }
  readonly disk: {
    readonly freeBytes: number
    readonly reserveBytes: number
    readonly ready: boolean
  }
}

/** The bytes that the hub keeps on the disk, and their limits. */
export interface StorageView {
  /** Videos, stills and inputs; content that several jobs name counts once. */
  readonly files: number | null
  /** `files` and `bytes` are null for a key that is no admin key. */
  readonly bytes: number | null
  readonly freeBytes: number
  /** Below this free space the hub accepts no new work. */
  readonly diskReserveBytes: number
  /** Above this size the jobs that ended first are deleted; null without a quota. */
  readonly quotaBytes: number | null
  readonly retentionMs: number
  readonly uploadLifeMs: number
  readonly measuredAtMs: number
}

export interface HubStatus {
  limits(): Limits
  health(): Promise<HubHealth>
  queue(): Promise<QueueFigures>
  /** Counts the kept jobs. */
  jobs(): Promise<Readonly<Record<JobStatus, number>>>
  storage(): Promise<StorageView>
  /** Best first. */
  engines(): Promise<readonly EngineView[]>
  /** The machines of all engines, as this hub knows them. */
  backends(): Promise<readonly BackendView[]>
  /** The processes that render for the hubs of a shared store, by name. */
  workers(): Promise<readonly WorkerStatus[]>
  /** Workflows of all engines, sorted by name. */
  workflows(): Promise<readonly WorkflowView[]>
}

/** The model files of the ComfyUI engine. */
export interface HubModels {
  /** @throws AppError `manifest_invalid` */
  list(): Promise<{
    readonly models: readonly ModelStatus[]
    /** The purpose of each set, by name. */
    readonly sets: Readonly<Record<string, string>>
  }>
  /** Downloads missing files in the background. @throws AppError `invalid_request`, `models_busy`, `manifest_invalid` */
  pull(choice: Partial<ModelChoice>): Promise<ModelPullView>
  readPull(): ModelPullView
  /** Received bytes stay. */
  cancelPull(): ModelPullView
}

/** The last pull of this hub. */
export interface ModelPullView {
  readonly status: 'idle' | 'running' | 'canceling' | 'succeeded' | 'failed' | 'canceled'
  readonly models: readonly string[]
  readonly doneBytes: number
  /** 0 while it is not known. */
  readonly totalBytes: number
  readonly bytesPerSecond: number | null
  readonly etaSeconds: number | null
  readonly files: readonly {
    readonly model: string
    readonly stage: PullStage
    readonly doneBytes: number
    readonly totalBytes: number
    /** The reason of a wait, after which it resumes by itself. */
    readonly waiting: string | null
  }[]
  readonly pulled: readonly string[]
  readonly failures: readonly { readonly model: string; readonly detail: string }[]
  readonly error: AppError | null
  readonly startedAtMs: number | null
  readonly finishedAtMs: number | null
}

/** A machine and the engine that it renders for. */
export interface BackendView extends BackendStatus {
  readonly engine: string
}

/** A workflow and the engine that runs it. */
export interface WorkflowView extends WorkflowSummary {
  readonly engine: string
}
