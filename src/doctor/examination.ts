// The needs of an examination: the settings, and access to the servers, models and workflows that they name. Composition opens them, so
// the doctor examines the same ones that a render uses.
import type { ModelLibrary } from '../app/ports/models.ts'
import type { Config } from '../config/load-config.ts'
import type { WorkerStatus } from '../domain/worker-status.ts'
import type { CloudService } from '../engines/cloud/cloud-service.ts'
import type { ComfyApi } from '../engines/comfyui/comfy-api.ts'
import type { LoadedTemplates } from '../engines/comfyui/load-templates.ts'
import type { SpeechOptions } from '../speech/open-speech.ts'
import type { AdviseModel } from '../workflow/check-input.ts'

export interface Examination {
  readonly config: Config
  readonly env: NodeJS.ProcessEnv
  readonly signal: AbortSignal
  readonly ways: Ways
}

export interface Ways {
  /** @throws AppError for settings of a service that contradict each other */
  cloudServices(): readonly CloudService[]
  /** One way to each configured ComfyUI. */
  comfyuis(): readonly WayToComfyui[]
  templates(): Promise<LoadedTemplates>
  models(): Promise<ModelLibrary>
  modelAdvice(): Promise<AdviseModel>
  /** The settings of what speaks texts. */
  speech(): SpeechOptions
  /** Those that use DATABASE_URL now. @throws AppError */
  workers(): Promise<readonly WorkerStatus[]>
  /** Writes an object into S3_BUCKET, reads and deletes it. @throws AppError */
  tryBucket(signal: AbortSignal): Promise<void>
}

export interface WayToComfyui {
  /** Its address, or its folder and GPU. */
  readonly name: string
  /** A ComfyUI that runs, or one that is started for this look. @throws AppError */
  reach(): Promise<ReachedComfyui>
}

export interface ReachedComfyui extends AsyncDisposable {
  readonly api: ComfyApi
}
