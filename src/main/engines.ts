// The engines, once for the command line, the hub and its render process. A new engine is a folder in src/engines and a line in this
// list; nothing of it is loaded before somebody opens it.
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
  /** The environment of this program; a ComfyUI that we start gets what of it is no secret. */
  readonly env: NodeJS.ProcessEnv
  /** Told what fails beside a job: a workflow that cannot be read, a ComfyUI that died. */
  readonly onTrouble?: (error: AppError) => void
  /** Told what an engine's server does beside a job. Absent on the command line: there an absent server fails at once. */
  readonly onNews?: (news: EngineNews) => void
}

/** null when the engine is not configured. @throws AppError `config_invalid` */
type OpenEngine = (surroundings: EngineSurroundings) => Promise<Engine | null>

/** The best one first: it renders what names no engine. */
const ENGINES: Readonly<Record<string, OpenEngine>> = {
  comfyui: async (all) => (await import('./compose-comfyui.ts')).openComfyui(all),
  beam: async (all) => (await import('./compose-clouds.ts')).openBeam(all),
  runpod: async (all) => (await import('./compose-clouds.ts')).openRunpod(all),
  preview: async (all) => (await import('../engines/preview/preview-engine.ts')).openPreview(all),
  noop: openNoop,
}

export interface OpenEngines extends AsyncDisposable {
  readonly engines: Engines
}

/** @param only the name of the one to open; null opens all that are configured. @throws AppError `config_invalid` */
export async function openEngines(
  surroundings: EngineSurroundings,
  only: string | null = null,
): Promise<OpenEngines> {
  checkNames(surroundings.config)
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

/** A name that no engine has is a typing error, and no engine that is not configured. */
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

/** For load tests, and only where it was configured: nobody gets a video of nothing by mistake. */
async function openNoop({ config, tools }: EngineSurroundings): Promise<Engine | null> {
  if (config.engine !== 'noop') return null
  const { createNoopEngine } = await import('../engines/noop/noop-engine.ts')
  const media = createMedia({ tools, limits: config.limits })
  return createNoopEngine({ tools, media, folder: join(resolve(config.dataDir), 'noop') })
}
