// Gives the doctor the same adapters that a render uses.
import type { Config } from '../config/load-config.ts'
import type { Examination } from '../doctor/examination.ts'
import { cloudServices } from './compose-clouds.ts'
import { loadConfiguredTemplates } from './compose-comfyui.ts'
import { composeModelAdvice, composeModels } from './compose-models.ts'
import { speechOptions } from './compose-speech.ts'
import { waysToComfyui } from './reach-comfyui.ts'

export interface DoctorSurroundings {
  readonly config: Config
  readonly env: NodeJS.ProcessEnv
  readonly signal: AbortSignal
}

export function composeExamination({ config, env, signal }: DoctorSurroundings): Examination {
  const where = { folder: null, manifestPath: null }
  const nowMs = (): number => performance.now()
  return {
    config,
    env,
    signal,
    ways: {
      cloudServices: () => cloudServices(config),
      comfyuis: () => waysToComfyui({ config, env, signal }),
      templates: () => loadConfiguredTemplates(config),
      models: () => composeModels({ config, env, currentFolder: '.', where, nowMs }),
      speech: () => speechOptions(config, env.PATH ?? ''),
      modelAdvice: () => composeModelAdvice(config),
      workers: async () => (await import('./reach-stores.ts')).livingWorkers(config),
      tryBucket: async (stop) => (await import('./reach-stores.ts')).tryBucket(config, stop),
    },
  }
}
