// An examination needs the settings, and the ways to what they name. Composition opens these, so that the doctor looks at the
// same servers, models and workflows that a render would use.
import type { ModelLibrary } from '../app/ports/models.ts'
import type { Config } from '../config/load-config.ts'
import type { CloudService } from '../engines/cloud/cloud-service.ts'
import type { ComfyApi } from '../engines/comfyui/comfy-api.ts'
import type { LoadedTemplates } from '../engines/comfyui/load-templates.ts'
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
  /** One way to each ComfyUI that is configured. */
  comfyuis(): readonly WayToComfyui[]
  templates(): Promise<LoadedTemplates>
  models(): Promise<ModelLibrary>
  modelAdvice(): Promise<AdviseModel>
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
