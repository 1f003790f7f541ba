// The port to the models folder: what is known, what is there, and the four things that can be done about it.
import type { ModelEntry, ModelState } from '@infinitetalk/contract'

export interface ModelStatus {
  readonly model: ModelEntry
  readonly state: ModelState
  /** Where it belongs, absolute. */
  readonly path: string
  /** On the disk; of a partial one what has been received. */
  readonly bytesOnDisk: number
  /** The size it has or will have; null when that is not known yet. */
  readonly bytes: number | null
  /** `bytes` is about that much. */
  readonly approximate: boolean
  /** What it hashes to or should; null when that is not known yet. */
  readonly sha256: string | null
  /** One sentence, where there is something to say. */
  readonly detail: string | null
}

export type PullStage = 'looking_up' | 'downloading' | 'verifying'

export type PullEvent =
  /** Once, before the first byte: what will be downloaded. */
  | { readonly type: 'planned'; readonly files: number; readonly bytes: number }
  | { readonly type: 'present'; readonly model: string; readonly bytes: number }
  | {
      readonly type: 'progress'
      readonly model: string
      readonly stage: PullStage
      /** Downloading: bytes of the file that are on the disk. Verifying: bytes that were hashed. */
      readonly doneBytes: number
      readonly totalBytes: number
    }
  /** It goes on by itself; `detail` says what it waits for. */
  | {
      readonly type: 'waiting'
      readonly model: string
      readonly detail: string
      readonly waitMs: number
    }
  | {
      readonly type: 'pulled'
      readonly model: string
      readonly path: string
      readonly bytes: number
      readonly sha256: string
    }
  | { readonly type: 'failed'; readonly model: string; readonly detail: string }

export interface ModelChoice {
  /** Names of sets; `all` is every model. */
  readonly sets: readonly string[]
  /** Names of models; given, they count alone. */
  readonly names: readonly string[]
}

export interface PullRequest {
  readonly choice: ModelChoice
  /** Replaces files that are there with other content. */
  readonly force: boolean
  readonly signal: AbortSignal
  onEvent(event: PullEvent): void
}

export interface PullResult {
  readonly pulled: number
  readonly present: number
  /** Bodies that came over the network. */
  readonly receivedBytes: number
}

export interface VerifyRequest {
  readonly choice: ModelChoice
  /** Reads and hashes every byte again. */
  readonly deep: boolean
  readonly signal: AbortSignal
  onProgress(model: string, doneBytes: number, totalBytes: number): void
}

export interface LinkRequest {
  readonly comfyuiFolder: string
  readonly how: 'yaml' | 'symlinks'
}

export interface LinkResult {
  /** The file that tells ComfyUI where the models are; null with symbolic links. */
  readonly yamlPath: string | null
  /** ComfyUI reads the file by itself; otherwise it must be told of it when it is started. */
  readonly automatic: boolean
  readonly links: readonly {
    readonly path: string
    /** `kept`: something of somebody else is there. `dangling`: a link that leads nowhere is there; it is kept as well. */
    readonly outcome: 'made' | 'there' | 'kept' | 'dangling'
  }[]
}

export interface ModelLibrary {
  readonly folder: string
  /** What each set is for, by name. */
  readonly sets: Readonly<Record<string, string>>
  /** Reads no contents and asks nobody. @throws AppError `usage` for a name that is not known */
  list(choice: ModelChoice): Promise<readonly ModelStatus[]>
  /**
   * Downloads what is missing; what is there and verified costs no request.
   *
   * @throws AppError `usage`, `models_busy`, `disk_full`, `model_*`, `path_forbidden`, `canceled`: the first failure, when all
   *   others have ended
   */
  pull(request: PullRequest): Promise<PullResult>
  verify(request: VerifyRequest): Promise<readonly ModelStatus[]>
  /** Makes the models visible to a ComfyUI. Nothing that is there is removed. @throws AppError `path_not_found` */
  link(request: LinkRequest): Promise<LinkResult>
  /** Removes the file and what was received of it. @throws AppError `usage`, `model_in_the_way`, `models_busy` */
  remove(name: string): Promise<{ readonly path: string; readonly bytes: number }>
}
