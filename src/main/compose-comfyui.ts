// Composes the configured ComfyUI engine: the backend (a running one, or one that we start) and the workflows (ours and the operator's).
// Nothing is contacted or started before the first job needs it.
import { mkdir, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Config } from '../config/load-config.ts'
import { withoutSecretVariables } from '../config/without-secrets.ts'
import { AppError } from '../domain/errors.ts'
import type { Backend } from '../engines/comfyui/backend.ts'
import { BackendPool } from '../engines/comfyui/backend-pool.ts'
import { parseComfyAddress } from '../engines/comfyui/comfy-address.ts'
import { type ComfyuiEngine, createComfyuiEngine } from '../engines/comfyui/comfyui-engine.ts'
import type { EngineNews } from '../engines/comfyui/engine-news.ts'
import {
  builtInWorkflows,
  type LoadedTemplates,
  loadTemplates,
} from '../engines/comfyui/load-templates.ts'
import { ReliefMemory } from '../engines/comfyui/memory/relief-memory.ts'
import { Preflight } from '../engines/comfyui/preflight.ts'
import { prepareInputs } from '../engines/comfyui/prepare-inputs.ts'
import { createRemoteBackend } from '../engines/comfyui/remote-backend.ts'
import { samplingParameters } from '../engines/comfyui/sampling-parameters.ts'
import { createServiceBackend } from '../engines/comfyui/service/service-backend.ts'
import { chooseAttention } from '../engines/comfyui/supervise/choose-attention.ts'
import { findInstallation } from '../engines/comfyui/supervise/find-installation.ts'
import { createSupervisedBackend } from '../engines/comfyui/supervised-backend.ts'
import type { Tools } from '../media/tool.ts'
import { extraModelPaths } from '../models/link-models.ts'
import { loadCatalogue } from '../models/load-manifest.ts'
import { createFaceFinderAside } from '../vision/find-faces-aside.ts'
import { problemsToError } from '../workflow/graph-problem.ts'
import { composeModelAdvice, modelsFolder } from './compose-models.ts'

export interface ComfyuiSurroundings {
  readonly config: Config
  readonly tools: Tools
  /** The environment of this program; a ComfyUI that we start gets it without the secrets. */
  readonly env: NodeJS.ProcessEnv
  /** Receives failures outside of jobs: an unreadable workflow, a ComfyUI that died. */
  readonly onTrouble?: (error: AppError) => void
  /** Receives events of ComfyUI outside of jobs. Absent on the command line, where an unreachable ComfyUI fails at once. */
  readonly onNews?: (news: EngineNews) => void
}

/** null when no ComfyUI is configured. @throws AppError `config_invalid` */
export async function openComfyui(
  surroundings: ComfyuiSurroundings,
): Promise<ComfyuiEngine | null> {
  const { config, tools, onTrouble = () => {}, onNews } = surroundings
  const backends = await composeBackends(surroundings)
  if (backends.length === 0) return null
  const { templates, problems } = await loadConfiguredTemplates(config)
  for (const problem of problems) onTrouble(problem)
  const preflight = new Preflight(await composeModelAdvice(config))
  const media = { tools, limits: config.limits, faces: createFaceFinderAside() }
  return createComfyuiEngine({
    pool: new BackendPool(backends, undefined, onNews),
    templates,
    problems,
    parametersOf: (plan, template) => samplingParameters(plan, template),
    media,
    whyNot: async (api, graph, signal) =>
      problemsToError('', await preflight.findProblems(api, graph, signal)),
    chooseAttention: attentionChooser(surroundings),
    relief: new ReliefMemory(resolve(config.dataDir, 'comfyui-memory.json')),
    prepareInputs: (plan, windows, context) => prepareInputs(plan, windows, context, media),
    async checkWorkflow(api, name, graph, signal) {
      await preflight.checkWorkflow(api, name, graph, signal)
    },
    ...(onNews === undefined ? {} : { patience: { waitMs: config.comfyuiWaitMs, onNews } }),
  })
}

export function loadConfiguredTemplates({ workflowsDir }: Config): Promise<LoadedTemplates> {
  const own = workflowsDir === undefined ? [] : [resolve(workflowsDir)]
  return loadTemplates([builtInWorkflows(), ...own])
}

/** The first one, for questions to a single ComfyUI. @throws AppError `config_invalid` */
export async function composeBackend(
  surroundings: Omit<ComfyuiSurroundings, 'tools'>,
): Promise<Backend | null> {
  return (await composeBackends(surroundings))[0] ?? null
}

/** Nothing is contacted or started yet. @throws AppError `config_invalid` */
async function composeBackends(
  surroundings: Omit<ComfyuiSurroundings, 'tools'>,
): Promise<readonly Backend[]> {
  return [...(await composeComfyuis(surroundings)), ...composeService(surroundings.config)]
}

function composeService({ comfyApiUrl, comfyApiKey, comfyuiWaitMs }: Config): readonly Backend[] {
  if (comfyApiUrl === undefined) return []
  const key = comfyApiKey === undefined ? {} : { authorization: `Bearer ${comfyApiKey}` }
  const address = parseComfyAddress(comfyApiUrl, key, 'The Comfy API')
  return [createServiceBackend({ address, patienceMs: comfyuiWaitMs })]
}

/** @throws AppError `config_invalid` */
async function composeComfyuis({
  config,
  env,
  onTrouble,
  onNews,
}: Omit<ComfyuiSurroundings, 'tools'>): Promise<readonly Backend[]> {
  const { comfyuiUrl = [], comfyuiHeaders = [], comfyuiDir, comfyuiPython, comfyuiArgs } = config
  if (comfyuiUrl.length > 0 && comfyuiDir !== undefined) {
    const detail =
      'COMFYUI_URL and COMFYUI_DIR are both set: set COMFYUI_URL for a running ComfyUI, or COMFYUI_DIR for one to start.'
    throw new AppError('config_invalid', detail)
  }
  const { comfyuiFramesDir } = config
  const shared = comfyuiFramesDir === undefined ? {} : { framesFolder: resolve(comfyuiFramesDir) }
  if (comfyuiDir === undefined) {
    const headers = parseHeaders(comfyuiHeaders)
    return comfyuiUrl.map((url) =>
      createRemoteBackend({ address: parseComfyAddress(url, headers), ...shared }),
    )
  }
  const common = {
    ...shared,
    folder: resolve(comfyuiDir),
    python: comfyuiPython ?? null,
    maxUploadBytes: config.limits.videoMaxBytes,
    modelPathsFile: await writeModelPaths(config, resolve(config.dataDir, 'comfyui')),
    moreArguments: comfyuiArgs,
    ...(onTrouble === undefined ? {} : { onTrouble }),
    ...(onNews === undefined ? {} : { onNews }),
  }
  const plainEnv = withoutSecretVariables(env)
  return supervisedPlaces(config).map(({ name, gpu, dataFolder }) => {
    const ofGpu = gpu === null ? {} : { CUDA_VISIBLE_DEVICES: String(gpu) }
    return createSupervisedBackend({ ...common, name, env: { ...plainEnv, ...ofGpu }, dataFolder })
  })
}

export interface SupervisedPlace {
  readonly name: string
  /** null: ComfyUI chooses. */
  readonly gpu: number | null
  readonly dataFolder: string
}

/** Each process of our own: where it runs and keeps its files. */
export function supervisedPlaces(config: Config): readonly SupervisedPlace[] {
  const { comfyuiDir, comfyuiGpus = [], dataDir } = config
  if (comfyuiDir === undefined) return []
  const folder = resolve(comfyuiDir)
  const dataFolder = resolve(dataDir, 'comfyui')
  if (comfyuiGpus.length === 0) return [{ name: folder, gpu: null, dataFolder }]
  return comfyuiGpus.map((gpu) => ({
    name: `${folder} on GPU ${gpu}`,
    gpu,
    dataFolder: join(dataFolder, `gpu-${gpu}`),
  }))
}

/** Read once: an installation changes only with a restart. Unknown for a remote ComfyUI. */
function attentionChooser({ config, env }: ComfyuiSurroundings) {
  const { comfyuiDir, comfyuiPython = null } = config
  let known: string | null | undefined = comfyuiDir === undefined ? null : undefined
  return async (signal: AbortSignal): Promise<string | null> => {
    if (known === undefined) {
      const folder = resolve(comfyuiDir!)
      const choice = { folder, python: comfyuiPython, searchPath: env.PATH ?? '' }
      const installation = await findInstallation(choice)
      known = await chooseAttention(installation, withoutSecretVariables(env), signal)
    }
    return known
  }
}

function parseHeaders(lines: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
}

/** Makes the models of `infinitetalk models pull` visible without a change to the installation. */
async function writeModelPaths(config: Config, dataFolder: string): Promise<string | null> {
  const folder = resolve(await modelsFolder(config))
  const isThere = await stat(folder).then(
    (info) => info.isDirectory(),
    () => false,
  )
  if (!isThere) return null
  const { modelsManifest } = config
  const { models } = await loadCatalogue(
    modelsManifest === undefined ? null : resolve(modelsManifest),
  )
  const path = join(dataFolder, 'model_paths.yaml')
  await mkdir(dataFolder, { recursive: true })
  await writeFile(path, extraModelPaths(models, folder))
  return path
}
