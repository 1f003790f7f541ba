// The port to the models folder: known models, files on the disk, and pull, verify, link and remove.
import type { ModelEntry, ModelState } from '@infinitetalk/contract'

export interface ModelStatus {
  readonly model: ModelEntry
  readonly state: ModelState
  /** Its absolute path. */
  readonly path: string
  /** Bytes on the disk; the received ones of a partial file. */
  readonly bytesOnDisk: number
  /** The full size; null when it is not known yet. */
  readonly bytes: number | null
  /** `bytes` is approximate. */
  readonly approximate: boolean
  /** The actual or expected hash; null when it is not known yet. */
  readonly sha256: string | null
  /** One sentence, if any. */
  readonly detail: string | null
}

export type PullStage = 'looking_up' | 'downloading' | 'verifying'

export type PullEvent =
  /** Comes once, before the first byte: the planned downloads. */
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
  /** Resumes by itself; `detail` names the reason of the wait. */
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
  /** Names of models; when given, `sets` are ignored. */
  readonly names: readonly string[]
}

export interface PullRequest {
  readonly choice: ModelChoice
  /** Replaces existing files with other content. */
  readonly force: boolean
  readonly signal: AbortSignal
  onEvent(event: PullEvent): void
}

export interface PullResult {
  readonly pulled: number
  readonly present: number
  /** Bytes received over the network. */
  readonly receivedBytes: number
}

export interface VerifyRequest {
  readonly choice: ModelChoice
  /** Hashes every file again. */
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
  /** ComfyUI finds the file by itself; otherwise it needs an option at its start. */
  readonly automatic: boolean
  readonly links: readonly {
    readonly path: string
    /** `kept`: another file is in the place. `dangling`: a broken link is in the place; it is kept as well. */
    readonly outcome: 'made' | 'there' | 'kept' | 'dangling'
  }[]
}

export interface ModelLibrary {
  readonly folder: string
  /** The purpose of each set, by name. */
  readonly sets: Readonly<Record<string, string>>
  /** Reads no contents and uses no network. @throws AppError `usage` for an unknown name */
  list(choice: ModelChoice): Promise<readonly ModelStatus[]>
  /**
   * Downloads missing files; a verified file costs no request.
   *
   * @throws AppError `usage`, `models_busy`, `disk_full`, `model_*`, `path_forbidden`, `canceled`: the first failure, when all
   *   others have ended
   */
  pull(request: PullRequest): Promise<PullResult>
  verify(request: VerifyRequest): Promise<readonly ModelStatus[]>
  /** Makes the models visible to a ComfyUI, and removes no file. @throws AppError `path_not_found` */
  link(request: LinkRequest): Promise<LinkResult>
  /** Deletes the file and its partial download. @throws AppError `usage`, `model_in_the_way`, `models_busy` */
  remove(name: string): Promise<{ readonly path: string; readonly bytes: number }>
}
