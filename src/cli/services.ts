// The services that commands use. main/ builds them; none starts before a command needs it.
import type { GenerationSpec, Source } from '@infinitetalk/contract'
import type { GeneratedFile, GenerateToFile } from '../app/generate-to-file.ts'
import type { FoundFace } from '../app/ports/faces.ts'
import type { ModelLibrary } from '../app/ports/models.ts'
import type { RemoteEndpoint, RemoteQueue } from '../app/ports/remote-queue.ts'
import type { WorkflowTools } from '../app/ports/workflows.ts'
import type { SettingRow } from '../config/describe-config.ts'
import type { KeptLogin } from '../config/kept-login.ts'
import type { ApiKey } from '../domain/api-key.ts'
import type { Finding } from '../domain/finding.ts'
import type { KeyRules } from '../domain/key-rules.ts'
import type { TextStream } from './terminal.ts'

export interface Services {
  readonly version: string
  readonly currentFolder: string
  nowMs(): number
  /** Validates the body of a request against the configured limits. @throws AppError */
  acceptRequest(body: unknown): Promise<GenerationSpec>
  /** @param settings environment variables that override those that are set */
  generateToFile(
    request: GenerateToFile,
    settings: Readonly<Record<string, string>>,
  ): Promise<GeneratedFile>
  findFaces(source: Source, signal: AbortSignal): Promise<readonly FoundFace[]>
  /** Examines everything that a render needs on this machine. */
  examineMachine(
    signal: AbortSignal,
    settings: Readonly<Record<string, string>>,
  ): Promise<readonly Finding[]>
  /** Has the configured ComfyUI store the embeddings of the default prompt. @throws AppError `engine_*`, `node_missing`, `model_missing` */
  embedPrompt(
    settings: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<EmbeddedPrompt>
  /** The models folder. @throws AppError `manifest_invalid`, `path_not_found`, `config_invalid` */
  models(where: ModelsLocation): Promise<ModelLibrary>
  /** The workflows of the ComfyUI engine. @param settings environment variables that override those that are set */
  workflows(settings: Readonly<Record<string, string>>): Promise<WorkflowTools>
  /** The hub that commands use. @param url of --url; a kept key is for the kept hub only @throws AppError `config_invalid` */
  hubAddress(url?: string): HubAddress
  /** Keeps a login for later commands. @returns the path of its file @throws AppError `output_unwritable` */
  keepLogin(login: KeptLogin): string
  /** @returns whether there was one @throws AppError `output_unwritable` */
  forgetLogin(): boolean
  /** A task queue on Beam. @throws AppError `usage`, `config_invalid` */
  beamQueue(where: RemoteLocation): Promise<RemoteQueue>
  /** An endpoint on Beam. @throws AppError `usage`, `config_invalid` */
  beamEndpoint(where: RemoteLocation): Promise<RemoteEndpoint>
  /** The kind of Beam deployment that a URL calls; null for a URL that may be a hub's. */
  kindOnBeam(url: string): 'taskqueue' | 'endpoint' | null
  /** Runs the hub until `signal` aborts. @throws AppError `config_invalid`, `data_dir_busy` and others at its start */
  serve(request: ServeRequest): Promise<void>
  /** Renders jobs of other hubs until the signal. @throws AppError `config_invalid`, `store_unavailable`, `store_too_new` */
  work(request: WorkRequest): Promise<void>
  /**
   * Asks workers to finish and to stop.
   *
   * @param name of a worker or of its host; `all`
   * @returns the names of the workers
   * @throws AppError `config_invalid`, `invalid_request`, `store_unavailable`
   */
  drainWorkers(name: string, settings: Readonly<Record<string, string>>): Promise<readonly string[]>
  /** Copies the store of a hub. @throws AppError `config_invalid`, `data_dir_busy`, `store_in_use`, `store_unavailable` */
  moveStores(request: MoveRequest): Promise<MovedStores>
  /** Invalidates every signed link of the hub on this store. @throws AppError `store_unavailable`, `store_too_new` */
  rotateLinkKey(settings: Readonly<Record<string, string>>): Promise<void>
  /** The API keys of the hub on this store. @throws AppError `store_unavailable`, `store_too_new` */
  keys(settings: Readonly<Record<string, string>>): Promise<KeyTools>
  /** @returns false when there is no browser here, or no screen */
  openInBrowser(url: string): Promise<boolean>
  /** All commands, for the completion of a shell. */
  commands(): Promise<readonly CompletedCommand[]>
  /** The effective configuration. */
  describeSettings(): readonly SettingRow[]
}

export interface CompletedCommand {
  /** One word, or two. */
  readonly name: string
  readonly summary: string
  /** With their dashes. */
  readonly options: readonly string[]
}

/** Closes the store when it is disposed. */
export interface KeyTools extends AsyncDisposable {
  list(): Promise<readonly ApiKey[]>
  /** @returns the secret @throws AppError `invalid_request`, `key_exists` */
  create(key: {
    readonly name: string
    readonly isAdmin: boolean
    /** The others have their defaults. */
    readonly rules?: Partial<KeyRules>
  }): Promise<string>
  /** @returns all rules of the key @throws AppError `key_not_found` */
  set(name: string, changes: Partial<KeyRules>): Promise<KeyRules>
  /** @returns the new secret @throws AppError `key_not_found` */
  rotate(name: string): Promise<string>
  /** @throws AppError `key_not_found`, `last_admin_key` */
  revoke(name: string): Promise<void>
}

export interface EmbeddedPrompt {
  /** The folder of ComfyUI's text embeddings; null when it is not on this machine. */
  readonly cachePath: string | null
  readonly isKeptInVolume: boolean
}

/** null: as configured. */
export interface ModelsLocation {
  readonly folder: string | null
  /** A manifest that adds to ours, or replaces entries. */
  readonly manifestPath: string | null
}

export interface HubAddress {
  readonly url: string
  readonly token: string | null
}

/** null: as configured. */
export interface RemoteLocation {
  readonly url: string | null
  /** Name of the queue or the endpoint: `NAME`, `NAME/v3` or `id/STUB`. */
  readonly name: string | null
  readonly token: string | null
}

export interface MoveRequest {
  /** Environment variables that override those that are set. */
  readonly settings: Readonly<Record<string, string>>
  /** From the database into the folder. */
  readonly back: boolean
  readonly signal: AbortSignal
  onProgress(moved: MovedStores): void
}

export interface MovedStores {
  readonly rows: number
  readonly blobs: number
  /** Bytes of the blobs that were not there before. */
  readonly blobBytes: number
}

export interface WorkRequest {
  /** Environment variables that override those of the process. */
  readonly settings: Readonly<Record<string, string>>
  readonly log: TextStream
  readonly signal: AbortSignal
  /** Called once it takes jobs, with the names of its engines. */
  onWorking(engines: readonly string[]): void
}

export interface ServeRequest {
  /** Environment variables that override those that are set. */
  readonly settings: Readonly<Record<string, string>>
  /** false: it accepts jobs and leaves rendering to other hubs. */
  readonly works: boolean
  readonly log: TextStream
  /** Stops the hub. */
  readonly signal: AbortSignal
  onListening(url: string): void
}
