// The only place that picks adapters. Nothing is opened or started before a command asks for it.
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { createGenerationRequestParser } from '@infinitetalk/contract'
import { generateToFile } from '../app/generate-to-file.ts'
import { listFaces } from '../app/list-faces.ts'
import type { HubAddress, Services } from '../cli/services.ts'
import { describeConfig } from '../config/describe-config.ts'
import { type Config, loadConfig } from '../config/load-config.ts'
import { readConfigFile } from '../config/read-config-file.ts'
import { examineMachine } from '../doctor/examine-machine.ts'
import { acceptRequest } from '../domain/generation.ts'
import { kindOfUrl } from '../engines/beam/invoke-url.ts'
import { createFaceFinder } from '../vision/face-finder.ts'
import { composeBeamEndpoint, composeBeamQueue } from './compose-beam-client.ts'
import { composeExamination } from './compose-doctor.ts'
import { composeGeneration, findConfiguredTools } from './compose-generation.ts'
import { composeModels } from './compose-models.ts'
import { composeWorkflows } from './compose-workflows.ts'
import { embedPrompt } from './embed-prompt.ts'
import { openEngines } from './engines.ts'
import { rotateStoredLinkKey } from './rotate-link-key.ts'
import { serve } from './serve.ts'

export interface Surroundings {
  readonly env: NodeJS.ProcessEnv
  readonly currentFolder: string
  nowMs(): number
}

export function composeServices(surroundings: Surroundings): Services {
  const { env, currentFolder, nowMs } = surroundings
  const sources = once(() => ({ env, file: readConfigFile(env, currentFolder) }))
  const config = once(() => loadConfig(sources()))
  const settle = (settings: Readonly<Record<string, string>>): Config => {
    const { env: variables, file } = sources()
    return loadConfig({ env: { ...variables, ...settings }, file })
  }
  const remoteSurroundings = () => ({ config: config(), searchPath: env.PATH ?? '' })
  const parseRequest = once(() => createGenerationRequestParser(config().limits))
  return {
    version: readVersion(),
    currentFolder,
    nowMs,
    acceptRequest: (body) => acceptRequest(parseRequest()(body)),
    async generateToFile(request, settings) {
      const settled = settle(settings)
      const tools = await findConfiguredTools(settled, env.PATH ?? '')
      await using opened = await openEngines({ config: settled, tools, env })
      const ports = composeGeneration({ config: settled, tools, nowMs }, opened.engines)
      return await generateToFile(request, ports)
    },
    async findFaces(source, signal) {
      const tools = await findConfiguredTools(config(), env.PATH ?? '')
      const generation = composeGeneration({ config: config(), tools, nowMs }, new Map())
      const { media, fetcher, limits } = generation
      const ports = { media, fetcher, limits, faces: createFaceFinder(), temporaryFolder: tmpdir() }
      return listFaces({ source, signal }, ports)
    },
    examineMachine: (signal, settings) =>
      examineMachine(composeExamination({ config: settle(settings), env, signal })),
    embedPrompt: (settings, signal) => embedPrompt({ config: settle(settings), env, signal }),
    models: (where) => composeModels({ config: config(), env, currentFolder, nowMs, where }),
    workflows: (settings) => composeWorkflows({ config: settle(settings), env, currentFolder }),
    hubAddress: () => hubAddressOf(config()),
    beamQueue: (where) => composeBeamQueue(where, remoteSurroundings()),
    beamEndpoint: (where) => composeBeamEndpoint(where, remoteSurroundings()),
    kindOnBeam: (url) => kindOfUrl(url, config().beamGatewayUrl),
    serve: (request) =>
      serve(request, { config: settle(request.settings), env, version: readVersion() }),
    rotateLinkKey: (settings) => rotateStoredLinkKey(settle(settings)),
    describeSettings: () => describeConfig(config(), sources()),
  }
}

/** Without a word on it, a hub on this machine. BEAM_TOKEN is what the queue client of old read. */
function hubAddressOf({ hubUrl, port, token, beamToken }: Config): HubAddress {
  return { url: hubUrl ?? `http://127.0.0.1:${port}`, token: token ?? beamToken ?? null }
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
