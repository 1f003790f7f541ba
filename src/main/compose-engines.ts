// Which engines a hub has and where each of them renders, from the configuration.
import { access, constants } from 'node:fs/promises'
import { generateVideo } from '../app/generate-video.ts'
import type { HubEngine } from '../app/hub-ports.ts'
import type { Renderer } from '../app/ports/renderer.ts'
import type { Config } from '../config/load-config.ts'
import { withoutSecrets } from '../config/without-secrets.ts'
import { NOOP_CAPABILITIES, PREVIEW_CAPABILITIES } from '../domain/capabilities.ts'
import { createNoopRenderer } from '../engines/noop/noop-renderer.ts'
import { createMedia } from '../media/create-media.ts'
import type { Tools } from '../media/tool.ts'
import { createChildRenderer } from '../renderer/child-renderer.ts'
import { createRoutedRenderer } from '../renderer/routed-renderer.ts'
import type { ComposedCloud } from './compose-clouds.ts'
import type { ComposedComfyui } from './compose-comfyui.ts'
import { composeGeneration } from './compose-generation.ts'

export interface RenderingParts {
  readonly config: Config
  readonly tools: Tools
  readonly comfyui: ComposedComfyui | null
  readonly clouds: readonly ComposedCloud[]
  /** Where the noop engine keeps its one video. */
  readonly noopFolder: string
  /** Takes the place of the program that renders in a process of its own; tests use it. */
  readonly renderProgram?: URL
}

export function composeRenderer(parts: RenderingParts): Renderer {
  const { config, tools, comfyui, clouds, noopFolder } = parts
  const media = createMedia({ tools, limits: config.limits })
  const noop = createNoopRenderer({ tools, media, folder: noopFolder })
  const child = createChildRenderer({
    program: parts.renderProgram ?? new URL('./render-child.ts', import.meta.url),
    // A process that parses what strangers sent holds nothing worth stealing.
    config: withoutSecrets(config),
    samplingUnit: 'frames',
  })
  const routes = new Map([['noop', noop]])
  if (comfyui !== null) routes.set('comfyui', composeComfyuiRenderer(parts, comfyui))
  for (const cloud of clouds) routes.set(cloud.engine.name, composeCloudRenderer(parts, cloud))
  return createRoutedRenderer(routes, child)
}

/** In this process: what it waits for is on another machine, and its backend is one for all jobs. */
function composeComfyuiRenderer(
  { config, tools }: RenderingParts,
  { engine }: ComposedComfyui,
): Renderer {
  const nowMs = (): number => performance.now()
  const ports = composeGeneration({ config, tools, nowMs }, engine)
  return {
    unitOf: () => 'steps',
    render: (request) => generateVideo(request.spec, request, ports),
  }
}

/** In this process, for the same reasons. */
function composeCloudRenderer({ config, tools }: RenderingParts, cloud: ComposedCloud): Renderer {
  const ports = composeGeneration({ config, tools, nowMs: () => performance.now() }, null)
  const engines = new Map([[cloud.engine.name, cloud]])
  return {
    unitOf: () => 'frames',
    render: (request) => generateVideo(request.spec, request, { ...ports, engines }),
  }
}

/** The best one first. `noop` is there only when it was configured: nobody gets a second of nothing by mistake. */
export function composeEngines(parts: RenderingParts): ReadonlyMap<string, HubEngine> {
  const { config, tools, comfyui, clouds } = parts
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
  const engines = [
    ...(comfyui === null ? [] : [comfyui.hubEngine]),
    ...clouds.map(({ hubEngine }) => hubEngine),
    preview,
    ...(config.engine === 'noop' ? [noop] : []),
  ]
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
