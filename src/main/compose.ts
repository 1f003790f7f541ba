// The only place that picks adapters. Nothing is opened or started before a command asks for it.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { createGenerationRequestParser } from '@infinitetalk/contract'
import { generateToFile } from '../app/generate-to-file.ts'
import type { GenerateVideoPorts } from '../app/generate-video.ts'
import { listFaces } from '../app/list-faces.ts'
import type { Services } from '../cli/services.ts'
import { describeConfig } from '../config/describe-config.ts'
import { type Config, loadConfig } from '../config/load-config.ts'
import { readConfigFile } from '../config/read-config-file.ts'
import { PREVIEW_CAPABILITIES } from '../domain/capabilities.ts'
import { acceptRequest } from '../domain/generation.ts'
import { createPreviewEngine } from '../engines/preview/preview-engine.ts'
import { createMedia } from '../media/create-media.ts'
import { findTools } from '../media/find-tools.ts'
import { createFetcher } from '../net/create-fetcher.ts'
import { createFaceFinder } from '../vision/face-finder.ts'
import { examineMachine } from './examine-machine.ts'

export interface Surroundings {
  readonly env: NodeJS.ProcessEnv
  readonly currentFolder: string
  nowMs(): number
}

export function composeServices(surroundings: Surroundings): Services {
  const { env, currentFolder, nowMs } = surroundings
  const sources = once(() => ({ env, file: readConfigFile(env, currentFolder) }))
  const config = once(() => loadConfig(sources()))
  const parseRequest = once(() => createGenerationRequestParser(config().limits))
  return {
    version: readVersion(),
    currentFolder,
    nowMs,
    acceptRequest: (body) => acceptRequest(parseRequest()(body)),
    generateToFile: async (request) =>
      generateToFile(request, await composeGeneration(config(), env, nowMs)),
    findFaces: async (source, signal) => {
      const { media, fetcher, limits } = await composeGeneration(config(), env, nowMs)
      const ports = { media, fetcher, limits, faces: createFaceFinder(), temporaryFolder: tmpdir() }
      return listFaces({ source, signal }, ports)
    },
    examineMachine: (signal) => examineMachine({ config: config(), env, signal }),
    describeSettings: () => describeConfig(config(), sources()),
  }
}

async function composeGeneration(
  config: Config,
  env: NodeJS.ProcessEnv,
  nowMs: () => number,
): Promise<GenerateVideoPorts> {
  const tools = await findTools({
    ffmpegPath: config.ffmpegPath ?? null,
    ffprobePath: config.ffprobePath ?? null,
    searchPath: env.PATH ?? '',
  })
  const { limits } = config
  const preview = createPreviewEngine({ tools, workers: config.workers })
  return {
    media: createMedia({ tools, limits }),
    fetcher: createFetcher({ limits, ...config.fetch, ...ownUrlOf(config) }),
    engines: new Map([['preview', { engine: preview, capabilities: PREVIEW_CAPABILITIES }]]),
    defaultEngine: config.engine ?? null,
    limits,
    clock: { monotonicMs: nowMs },
    temporaryFolder: tmpdir(),
    newSeed: () => randomBytes(4).readUInt32LE(),
  }
}

/** Inputs may not point back to this server. */
function ownUrlOf({ publicUrl }: Config): { readonly ownUrl?: string } {
  return publicUrl === undefined ? {} : { ownUrl: publicUrl }
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  )
  return (manifest as { version: string }).version
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
