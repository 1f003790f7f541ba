// Composes the configured models folder: its path, its lists of models, host, token and proxy.
import { access, constants } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { ModelLibrary } from '../app/ports/models.ts'
import type { ModelsLocation } from '../cli/services.ts'
import type { Config } from '../config/load-config.ts'
import { adviseModel } from '../models/advise-model.ts'
import { createModelLibrary } from '../models/create-model-library.ts'
import { defaultPolicy } from '../models/download-policy.ts'
import { loadCatalogue } from '../models/load-manifest.ts'
import { modelHosts } from '../models/model-hosts.ts'
import type { ProxySettings } from '../net/download-client.ts'
import type { AdviseModel } from '../workflow/check-input.ts'

export interface ModelsSurroundings {
  readonly config: Config
  readonly env: NodeJS.ProcessEnv
  readonly currentFolder: string
  readonly where: ModelsLocation
  nowMs(): number
}

const SHARED_FOLDER = '/models'
const FOLDER_NAME = 'models'

/** @throws AppError `manifest_invalid`, `path_not_found`, `config_invalid` */
export async function composeModels(surroundings: ModelsSurroundings): Promise<ModelLibrary> {
  const { config, env, currentFolder, where, nowMs } = surroundings
  const folder = where.folder ?? (await modelsFolder(config))
  const manifestPath = where.manifestPath ?? config.modelsManifest ?? null
  return createModelLibrary({
    folder: resolve(currentFolder, folder),
    catalogue: await loadCatalogue(
      manifestPath === null ? null : resolve(currentFolder, manifestPath),
    ),
    hosts: modelHosts(config.huggingFaceEndpoint, config.huggingFaceToken),
    policy: defaultPolicy(Math.random),
    proxy: proxyOf(env),
    monotonicMs: nowMs,
  })
}

/** The models of a hub. @throws AppError `manifest_invalid`, `path_not_found` */
export function openHubModels(config: Config, env: NodeJS.ProcessEnv): Promise<ModelLibrary> {
  const where = { folder: null, manifestPath: null }
  return composeModels({ config, env, currentFolder: '.', where, nowMs: () => performance.now() })
}

/** Advice for a model that ComfyUI does not see. An unreadable list gives no advice; the models commands report it. */
export async function composeModelAdvice({ modelsManifest }: Config): Promise<AdviseModel> {
  const path = modelsManifest === undefined ? null : resolve(modelsManifest)
  const models = await loadCatalogue(path).then(
    (catalogue) => catalogue.models,
    () => [],
  )
  return (file) => adviseModel(file, models)
}

/** The models folder: as configured, on a shared volume, or below the data folder. */
export async function modelsFolder({ modelsDir, dataDir }: Config): Promise<string> {
  if (modelsDir !== undefined) return modelsDir
  const isShared = await access(SHARED_FOLDER, constants.W_OK).then(
    () => true,
    () => false,
  )
  return isShared ? SHARED_FOLDER : join(dataDir, FOLDER_NAME)
}

/** Like curl, which ignores the upper-case HTTP_PROXY because a CGI request can set it. */
function proxyOf(env: NodeJS.ProcessEnv): ProxySettings {
  const http = env.http_proxy
  const https = env.https_proxy ?? env.HTTPS_PROXY
  const except = env.no_proxy ?? env.NO_PROXY
  return {
    ...(http === undefined ? {} : { http }),
    ...(https === undefined ? {} : { https }),
    ...(except === undefined ? {} : { except }),
  }
}
