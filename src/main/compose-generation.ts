// What a render stands on, composed from the configuration: the same for the command line and for the child process that
// renders for a hub.
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import type { EngineEntry, GenerateVideoPorts } from '../app/generate-video.ts'
import type { Engine } from '../app/ports/engine.ts'
import type { Config } from '../config/load-config.ts'
import { COMFYUI_CAPABILITIES, PREVIEW_CAPABILITIES } from '../domain/capabilities.ts'
import { windowedSampling } from '../domain/presets.ts'
import { createPreviewEngine } from '../engines/preview/preview-engine.ts'
import { createMedia } from '../media/create-media.ts'
import { findTools } from '../media/find-tools.ts'
import type { Tools } from '../media/tool.ts'
import { createFetcher } from '../net/create-fetcher.ts'

export interface GenerationSurroundings {
  readonly config: Config
  readonly tools: Tools
  nowMs(): number
}

/** `comfyui` is the best engine there is, where it is configured. */
export function composeGeneration(
  { config, tools, nowMs }: GenerationSurroundings,
  comfyui: Engine | null,
): GenerateVideoPorts {
  const { limits } = config
  const preview = createPreviewEngine({ tools, workers: config.workers })
  return {
    media: createMedia({ tools, limits }),
    fetcher: createFetcher({ limits, ...config.fetch, ...ownUrlOf(config) }),
    engines: new Map([
      ...(comfyui === null ? [] : ([['comfyui', comfyuiEntry(comfyui)]] as const)),
      ['preview', { engine: preview, capabilities: PREVIEW_CAPABILITIES, samplingOf: () => null }],
    ]),
    defaultEngine: config.engine ?? null,
    limits,
    clock: { monotonicMs: nowMs },
    temporaryFolder: tmpdir(),
    newSeed: () => randomBytes(4).readUInt32LE(),
  }
}

function comfyuiEntry(engine: Engine): EngineEntry {
  return { engine, capabilities: COMFYUI_CAPABILITIES, samplingOf: windowedSampling }
}

/** @throws AppError `tool_missing` */
export function findConfiguredTools(config: Config, searchPath: string): Promise<Tools> {
  return findTools({
    ffmpegPath: config.ffmpegPath ?? null,
    ffprobePath: config.ffprobePath ?? null,
    searchPath,
  })
}

/** Inputs may not point back to this server. */
export function ownUrlOf({ publicUrl }: Config): { readonly ownUrl?: string } {
  return publicUrl === undefined ? {} : { ownUrl: publicUrl }
}
