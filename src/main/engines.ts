// The registry of engines for the command line, the hub and its render process. A new engine is a folder in src/engines and a line in
// this list; its modules are loaded only if it is configured.
import { join, resolve } from 'node:path'
import type { Engine, Engines } from '../app/ports/engine.ts'
import type { Config } from '../config/load-config.ts'
import { AppError } from '../domain/errors.ts'
import { parsePrice } from '../domain/price.ts'
import type { EngineNews } from '../engines/comfyui/engine-news.ts'
import { createMedia } from '../media/create-media.ts'
import type { Tools } from '../media/tool.ts'

export interface EngineSurroundings {
  readonly config: Config
  readonly tools: Tools
  /** The environment of this program; a ComfyUI that we start gets it without the secrets. */
  readonly env: NodeJS.ProcessEnv
  /** Receives failures outside of jobs: an unreadable workflow, a ComfyUI that died. */
  readonly onTrouble?: (error: AppError) => void
  /** Receives events of an engine's server outside of jobs. Absent on the command line, where an unreachable server fails at once. */
  readonly onNews?: (news: EngineNews) => void
}

/** null when the engine is not configured. @throws AppError `config_invalid` */
type OpenEngine = (surroundings: EngineSurroundings) => Promise<Engine | null>

/** The best one first: it renders jobs that name no engine. */
const ENGINES: Readonly<Record<string, OpenEngine>> = {
  comfyui: async (all) =>
    isComfyuiConfigured(all.config)
      ? (await import('./compose-comfyui.ts')).openComfyui(all)
      : null,
  beam: async (all) =>
    all.config.beamQueue === undefined ? null : (await import('./compose-clouds.ts')).openBeam(all),
  runpod: async (all) =>
    all.config.runpodEndpointId === undefined
      ? null
      : (await import('./compose-clouds.ts')).openRunpod(all),
  preview: async (all) => (await import('../engines/preview/preview-engine.ts')).openPreview(all),
  noop: openNoop,
}

export interface OpenEngines extends AsyncDisposable {
  readonly engines: Engines
}

/** @param only the name of the engine to open; null opens all configured ones. @throws AppError `config_invalid` */
export async function openEngines(
  surroundings: EngineSurroundings,
  only: string | null = null,
): Promise<OpenEngines> {
  checkNames(surroundings.config)
  reportUnusedKey(surroundings)
  await using opened = new AsyncDisposableStack()
  const engines = new Map<string, Engine>()
  for (const [name, open] of Object.entries(ENGINES)) {
    if (only !== null && only !== name) continue
    const engine = await open(surroundings)
    if (engine === null) continue
    opened.defer(async () => engine[Symbol.asyncDispose]?.())
    engines.set(name, engine)
  }
  const resources = opened.move()
  return { engines, [Symbol.asyncDispose]: () => resources.disposeAsync() }
}

function isComfyuiConfigured({ comfyuiUrl, comfyuiDir, comfyApiUrl }: Config): boolean {
  return comfyuiUrl !== undefined || comfyuiDir !== undefined || comfyApiUrl !== undefined
}

function reportUnusedKey({ config, onTrouble }: EngineSurroundings): void {
  if (config.comfyApiKey === undefined || config.comfyApiUrl !== undefined) return
  const detail = 'COMFY_API_KEY is set, and COMFY_API_URL is not: nothing renders there.'
  onTrouble?.(new AppError('config_invalid', detail))
}

/** An unknown name is a typing error, not an engine that is not configured. */
function checkNames({ engine, pricePerHour }: Config): void {
  const priced = pricePerHour.map((line) => [
    'INFINITETALK_PRICE_PER_HOUR',
    parsePrice(line).engine,
  ])
  for (const [setting, name] of [['INFINITETALK_ENGINE', engine], ...priced]) {
    if (name === undefined || name === null || Object.hasOwn(ENGINES, name)) continue
    const known = Object.keys(ENGINES).join(', ')
    throw new AppError(
      'config_invalid',
      `${setting}: there is no engine "${name}"; the engines are ${known}.`,
    )
  }
}

/** For load tests, and only if configured: nobody gets an empty video by mistake. */
async function openNoop({ config, tools }: EngineSurroundings): Promise<Engine | null> {
  if (config.engine !== 'noop') return null
  const { createNoopEngine } = await import('../engines/noop/noop-engine.ts')
  const media = createMedia({ tools, limits: config.limits })
  return createNoopEngine({ tools, media, folder: join(resolve(config.dataDir), 'noop') })
}
