// Deploying to a cloud, as the command line asks for it: what would be done, what was done, and what is said meanwhile.
import type { DeploymentSpec } from '../../domain/deployment-spec.ts'

/**
 * `needed`: it is made; `changed`: it is there and gets another value; `present`: it is there, and the request is not sent;
 * `stopped`: it is there and ends; `unknown`: made unless it is there, which could not be asked.
 */
export type PlannedState = 'needed' | 'changed' | 'present' | 'stopped' | 'unknown'

export interface PlannedRequest {
  /** What it makes, for the person who reads the plan: `image`, `volume`. */
  readonly what: string
  readonly state: PlannedState
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH'
  readonly path: string
  /** What is not known before it is made stands in it as `<image id>`; secret values as `***`. */
  readonly body: unknown
}

export interface DeploymentPlan {
  readonly spec: DeploymentSpec
  readonly requests: readonly PlannedRequest[]
  /** The version that is this already; null when there is none, or nobody could be asked. */
  readonly unchangedVersion: number | null
  /** Active now, newest first. */
  readonly activeVersions: readonly number[]
  /** Those of them that would be stopped. */
  readonly stoppedVersions: readonly number[]
  /** False: there was no token, and nobody was asked. */
  readonly wasAsked: boolean
}

export interface Deployed {
  readonly name: string
  readonly version: number
  readonly deploymentId: string
  /** Where it is called. */
  readonly url: string
  /** False: this version was there already. */
  readonly isNew: boolean
  /** Active beside this one. */
  readonly olderVersions: readonly number[]
  readonly stoppedVersions: readonly number[]
}

export interface Preloaded {
  readonly taskId: string
  readonly volume: string
  /** It ran already, and was only followed. */
  readonly wasRunning: boolean
}

export interface DeploymentWatcher {
  /** Something that takes a while has begun: one line. */
  onStart(line: string): void
  /** A step is done, or there was nothing to do: one line. */
  onStep(line: string): void
  /** What the programs of the service print: one line. */
  onOutput(line: string): void
  onBytes(doneBytes: number, totalBytes: number): void
  onWarning(line: string): void
}

/** What is to happen beside the deployment itself. */
export interface DeployOptions {
  /** Whether the versions before it are stopped. */
  readonly stopsOld: boolean
  /** Whether another version is made although nothing has changed. */
  readonly force: boolean
}

export interface DeployRequest {
  readonly spec: DeploymentSpec
  readonly watcher: DeploymentWatcher
  readonly signal: AbortSignal
}

export interface UploadRequest {
  readonly file: string
  readonly volume: string
  /** Its path on the volume. */
  readonly target: string
  /** Also when a file of that size is there. */
  readonly force: boolean
  readonly watcher: DeploymentWatcher
  readonly signal: AbortSignal
}

export interface Uploaded {
  readonly volume: string
  readonly target: string
  readonly bytes: number
  /** A file of this size was there, and was left. */
  readonly wasPresent: boolean
}

/**
 * Each throws AppError: `deployment_refused` or `deployment_failed` with the service's words, `server_unreachable`,
 * `unauthenticated`, `config_invalid` without a token, `canceled`.
 */
export interface Deployer {
  /** Looks, and changes nothing. Without a token it does not even look. */
  plan(spec: DeploymentSpec, signal: AbortSignal, options?: DeployOptions): Promise<DeploymentPlan>
  deploy(request: DeployRequest & DeployOptions): Promise<Deployed>
  /** Follows the task until it ended. Aborted, it stops the task. */
  preload(request: DeployRequest): Promise<Preloaded>
  upload(request: UploadRequest): Promise<Uploaded>
}
