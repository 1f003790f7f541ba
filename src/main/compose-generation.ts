// Composes the needs of a render from the configuration: the same for the command line, for a hub and for its render process.
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import type { GenerateVideoPorts } from '../app/generate-video.ts'
import type { Engines } from '../app/ports/engine.ts'
import type { Config } from '../config/load-config.ts'
import { createMedia } from '../media/create-media.ts'
import { findTools } from '../media/find-tools.ts'
import type { Tools } from '../media/tool.ts'
import { createFetcher } from '../net/create-fetcher.ts'

export interface GenerationSurroundings {
  readonly config: Config
  readonly tools: Tools
  nowMs(): number
}

export function composeGeneration(
  { config, tools, nowMs }: GenerationSurroundings,
  engines: Engines,
): GenerateVideoPorts {
  const { limits } = config
  return {
    media: createMedia({ tools, limits }),
    fetcher: createFetcher({ limits, ...config.fetch, ...ownUrlOf(config) }),
    engines,
    defaultEngine: config.engine ?? null,
    limits,
    clock: { monotonicMs: nowMs },
    temporaryFolder: tmpdir(),
    newSeed: () => randomBytes(4).readUInt32LE(),
  }
}

/** @throws AppError `tool_missing` */
export function findConfiguredTools(config: Config, searchPath: string): Promise<Tools> {
  return findTools({
    ffmpegPath: config.ffmpegPath ?? null,
    ffprobePath: config.ffprobePath ?? null,
    searchPath,
  })
}

/** Input URLs may not point to this server. */
export function ownUrlOf({ publicUrl }: Config): { readonly ownUrl?: string } {
  return publicUrl === undefined ? {} : { ownUrl: publicUrl }
}
