// Composes `infinitetalk models embed`: the configured ComfyUI, its cache of text embeddings (linked into the models folder if both are
// on this machine), and one run of the text encoder.
import { resolve } from 'node:path'
import type { EmbeddedPrompt } from '../cli/services.ts'
import type { Config } from '../config/load-config.ts'
import { AppError } from '../domain/errors.ts'
import { embedDefaultPrompt } from '../engines/comfyui/embed-default-prompt.ts'
import { Preflight } from '../engines/comfyui/preflight.ts'
import { findInstallation } from '../engines/comfyui/supervise/find-installation.ts'
import { linkTextCache } from '../models/link-text-cache.ts'
import { findTemplate } from '../workflow/template.ts'
import { composeBackend, loadConfiguredTemplates } from './compose-comfyui.ts'
import { composeModelAdvice, modelsFolder } from './compose-models.ts'

export interface EmbedSurroundings {
  readonly config: Config
  readonly env: NodeJS.ProcessEnv
  readonly signal: AbortSignal
}

const WORKFLOW = 'I2V_single'

/** @throws AppError `engine_unavailable` without a ComfyUI, and as embedDefaultPrompt() */
export async function embedPrompt(surroundings: EmbedSurroundings): Promise<EmbeddedPrompt> {
  const { config, env, signal } = surroundings
  const backend = await composeBackend({ config, env, onTrouble: () => {} })
  if (backend === null) {
    const detail = 'No ComfyUI is configured: set COMFYUI_URL or COMFYUI_DIR.'
    throw new AppError('engine_unavailable', detail)
  }
  await using _backend = backend
  const { templates } = await loadConfiguredTemplates(config)
  const template = findTemplate(templates, WORKFLOW)
  if (template === undefined) {
    throw new AppError('workflow_not_found', `There is no workflow "${WORKFLOW}".`)
  }
  const link = await linkCache(surroundings)
  const preflight = new Preflight(await composeModelAdvice(config))
  await embedDefaultPrompt({
    backend,
    template,
    signal,
    async checkGraph(api, graph, during) {
      await preflight.checkWorkflow(api, WORKFLOW, graph, during)
    },
  })
  return { cachePath: link?.path ?? null, isKeptInVolume: link !== null && link.outcome !== 'kept' }
}

async function linkCache({ config, env }: EmbedSurroundings) {
  const { comfyuiDir, comfyuiPython } = config
  if (comfyuiDir === undefined) return null
  const { folder } = await findInstallation({
    folder: comfyuiDir,
    python: comfyuiPython ?? null,
    searchPath: env.PATH ?? '',
  })
  return linkTextCache(folder, resolve(await modelsFolder(config)))
}
