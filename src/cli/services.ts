// The services that commands may use. main/ builds it; nothing here is started before a command needs it.

import type { GenerationSpec, Source } from '@infinitetalk/contract'
import type { GeneratedFile, GenerateToFile } from '../app/generate-to-file.ts'
import type { FoundFace } from '../app/ports/faces.ts'
import type { ModelLibrary } from '../app/ports/models.ts'
import type { RemoteEndpoint, RemoteQueue } from '../app/ports/remote-queue.ts'
import type { WorkflowTools } from '../app/ports/workflows.ts'
import type { SettingRow } from '../config/describe-config.ts'
import type { ApiKey } from '../domain/api-key.ts'
import type { Finding } from '../domain/finding.ts'
import type { TextStream } from './terminal.ts'

export interface Services {
  readonly version: string
  readonly currentFolder: string
  nowMs(): number
  /** Validates the body of a request against the configured limits. @throws AppError */
  acceptRequest(body: unknown): Promise<GenerationSpec>
  /** `settings`: environment variables that count before those that are set. */
  generateToFile(
    request: GenerateToFile,
    settings: Readonly<Record<string, string>>,
  ): Promise<GeneratedFile>
  findFaces(source: Source, signal: AbortSignal): Promise<readonly FoundFace[]>
  /** Looks at everything a render needs on this machine. */
  examineMachine(
    signal: AbortSignal,
    settings: Readonly<Record<string, string>>,
  ): Promise<readonly Finding[]>
  /** Has the configured ComfyUI keep the default prompt. @throws AppError `engine_*`, `node_missing`, `model_missing` */
  embedPrompt(
    settings: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<EmbeddedPrompt>
  /** The models folder. @throws AppError `manifest_invalid`, `path_not_found`, `config_invalid` */
  models(where: ModelsLocation): Promise<ModelLibrary>
  /** The workflows of the ComfyUI engine. `settings`: environment variables that count before those that are set. */
  workflows(settings: Readonly<Record<string, string>>): Promise<WorkflowTools>
  /** The hub that the commands talk to when they are not told which. */
  hubAddress(): HubAddress
  /** A task queue on Beam. @throws AppError `usage`, `config_invalid` */
  beamQueue(where: RemoteLocation): Promise<RemoteQueue>
  /** An endpoint on Beam. @throws AppError `usage`, `config_invalid` */
  beamEndpoint(where: RemoteLocation): Promise<RemoteEndpoint>
  /** The kind of Beam deployment that a URL calls; null for a URL that may be a hub's. */
  kindOnBeam(url: string): 'taskqueue' | 'endpoint' | null
  /** Runs the hub until it is told to stop. @throws AppError `config_invalid`, `data_dir_busy` and others of its start */
  serve(request: ServeRequest): Promise<void>
  /** Ends every signed link of the hub on this store. @throws AppError `store_unavailable`, `store_too_new` */
  rotateLinkKey(settings: Readonly<Record<string, string>>): Promise<void>
  /** The API keys of the hub on this store. @throws AppError `store_unavailable`, `store_too_new` */
  keys(settings: Readonly<Record<string, string>>): Promise<KeyTools>
  /** The effective configuration. */
  describeSettings(): readonly SettingRow[]
}

/** Closes the store when it is disposed. */
export interface KeyTools extends AsyncDisposable {
  list(): Promise<readonly ApiKey[]>
  /** @returns the secret @throws AppError `invalid_request`, `key_exists` */
  create(key: { readonly name: string; readonly isAdmin: boolean }): Promise<string>
  /** @returns the new secret @throws AppError `key_not_found` */
  rotate(name: string): Promise<string>
  /** @throws AppError `key_not_found`, `last_admin_key` */
  revoke(name: string): Promise<void>
}

export interface EmbeddedPrompt {
  /** Where this ComfyUI keeps text embeddings; null when it is not on this machine. */
  readonly cachePath: string | null
  readonly isKeptInVolume: boolean
}

/** Both as configured when null. */
export interface ModelsLocation {
  readonly folder: string | null
  /** A manifest that is laid over ours. */
  readonly manifestPath: string | null
}

export interface HubAddress {
  readonly url: string
  readonly token: string | null
}

/** Each as configured when null. */
export interface RemoteLocation {
  /** With which it is called. */
  readonly url: string | null
  /** Name of the queue or the endpoint: `NAME`, `NAME/v3` or `id/STUB`. */
  readonly name: string | null
  readonly token: string | null
}

export interface ServeRequest {
  /** Environment variables that count before those that are set. */
  readonly settings: Readonly<Record<string, string>>
  /** Whether it renders too, or only accepts. */
  readonly works: boolean
  readonly log: TextStream
  /** Aborted: the hub stops. */
  readonly signal: AbortSignal
  onListening(url: string): void
}
