// A whole hub from the configuration: SQLite and a folder, or PostgreSQL and a folder; renders in child processes. Opened in
// order, closed in reverse.
import { access, constants } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createGenerationRequestParser } from '@infinitetalk/contract'
import { type RunningHub, startHub } from '../app/create-hub.ts'
import type { HubEngine } from '../app/hub-ports.ts'
import { createLocalSignals } from '../app/local-signals.ts'
import type { Observer } from '../app/ports/observer.ts'
import type { Renderer } from '../app/ports/renderer.ts'
import type { Config } from '../config/load-config.ts'
import { NOOP_CAPABILITIES, PREVIEW_CAPABILITIES } from '../domain/capabilities.ts'
import { acceptRequest } from '../domain/generation.ts'
import { createNoopRenderer } from '../engines/noop/noop-renderer.ts'
import { createMedia } from '../media/create-media.ts'
import type { Tools } from '../media/tool.ts'
import { createUrlChecker } from '../net/create-url-checker.ts'
import { createChildRenderer } from '../renderer/child-renderer.ts'
import { createRoutedRenderer } from '../renderer/routed-renderer.ts'
import { openStores } from '../stores/open-stores.ts'
import { findConfiguredTools, ownUrlOf } from './compose-generation.ts'
import { listModels } from './compose-models.ts'
import { createIdSource } from './random-ids.ts'

export interface HubSurroundings {
  readonly config: Config
  /** PATH of the environment, where programs are looked for. */
  readonly searchPath: string
  readonly observer: Observer
  /** Whether it renders too, or only accepts. */
  readonly works: boolean
  /** Takes the place of what renders; tests use it. */
  readonly renderer?: Renderer
}

const WORK_FOLDER = 'work'
const NOOP_FOLDER = 'noop'

/** Stopped, all of it is closed. @throws AppError `data_dir_busy`, `store_unavailable`, `store_too_new`, `tool_missing` */
export async function composeHub(surroundings: HubSurroundings): Promise<RunningHub> {
  const { config, searchPath, observer, works } = surroundings
  const { limits } = config
  const dataDir = resolve(config.dataDir)
  const tools = await findConfiguredTools(config, searchPath)
  const media = createMedia({ tools, limits })
  const clock = { monotonicMs: () => performance.now(), epochMs: () => Date.now() }
  const ids = createIdSource(clock.epochMs)
  const parseRequest = createGenerationRequestParser(limits)
  const { exclusive, close, ...stores } = await openStores({
    folder: dataDir,
    databaseUrl: config.databaseUrl ?? null,
    onTrouble: (error) => observer.observe({ type: 'hub.trouble', where: 'database', error }),
    newToken: ids.newToken,
  })
  try {
    const hub = await startHub({
      ports: {
        ...stores,
        signals: createLocalSignals(),
        observer,
        clock,
        ids,
        limits,
        media,
        renderer:
          surroundings.renderer ?? composeRenderer(config, tools, join(dataDir, NOOP_FOLDER)),
        engines: composeEngines(config, tools),
        defaultEngine: config.engine ?? null,
        acceptRequest: (body) => acceptRequest(parseRequest(body)),
        checkUrl: createUrlChecker({ ...config.fetch, ...ownUrlOf(config) }),
        listModels: () => listModels(config),
        allowedPathRoots: config.allowedPathRoots,
        workFolder: join(dataDir, WORK_FOLDER),
      },
      exclusive,
      works,
    })
    return {
      ...hub,
      async stop(hurry) {
        try {
          await hub.stop(hurry)
        } finally {
          await close()
        }
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

function composeRenderer(config: Config, tools: Tools, noopFolder: string): Renderer {
  const { limits } = config
  const media = createMedia({ tools, limits })
  const noop = createNoopRenderer({ tools, media, folder: noopFolder })
  const child = createChildRenderer({
    program: new URL('./render-child.ts', import.meta.url),
    config: withoutSecrets(config),
    samplingUnit: 'frames',
  })
  return createRoutedRenderer(new Map([['noop', noop]]), child)
}

/** A process that parses what strangers sent holds nothing worth stealing. */
function withoutSecrets(config: Config): Config {
  const {
    token: _token,
    apiKeys: _keys,
    databaseUrl: _url,
    s3: _s3,
    beamToken: _beam,
    comfyuiHeaders: _headers,
    huggingFaceToken: _huggingFace,
    ...rest
  } = config
  return { ...rest, s3: {} }
}

/** `noop` is there only when it was configured: nobody gets a second of nothing by mistake. */
function composeEngines(config: Config, tools: Tools): ReadonlyMap<string, HubEngine> {
  const health = (): Promise<string | null> => findMissingProgram(tools)
  const preview: HubEngine = {
    name: 'preview',
    capabilities: PREVIEW_CAPABILITIES,
    samplingOf: () => null,
    probesInputs: true,
    health,
  }
  const noop: HubEngine = {
    name: 'noop',
    capabilities: NOOP_CAPABILITIES,
    samplingOf: () => null,
    probesInputs: false,
    health,
  }
  const engines = config.engine === 'noop' ? [preview, noop] : [preview]
  return new Map(engines.map((engine) => [engine.name, engine]))
}

/** Asked often: looks whether the programs that were found are still there, without starting them. */
async function findMissingProgram({ ffmpeg, ffprobe }: Tools): Promise<string | null> {
  for (const { name, path } of [ffmpeg, ffprobe]) {
    const runs = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (!runs) return `${name} is not where it was.`
  }
  return null
}
