// Composes the services of the command line. Each imports its modules when it is called, so a command loads only what it uses; nothing
// is opened or started before.
import { tmpdir } from 'node:os'
import type { HubAddress, Services } from '../cli/services.ts'
import { describeConfig } from '../config/describe-config.ts'
import { forgetLogin, type KeptLogin, keepLogin, readLogin } from '../config/kept-login.ts'
import { type Config, loadConfig } from '../config/load-config.ts'
import { readConfigFile } from '../config/read-config-file.ts'
import { kindOfUrl } from '../engines/beam/invoke-url.ts'
import { readVersion } from './read-version.ts'

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
  return {
    version: readVersion(),
    currentFolder,
    nowMs,
    async acceptRequest(body) {
      const { createGenerationRequestParser } = await import('@infinitetalk/contract')
      const { acceptRequest } = await import('../domain/generation.ts')
      return acceptRequest(createGenerationRequestParser(config().limits)(body))
    },
    async generateToFile(request, settings) {
      const { composeGeneration, findConfiguredTools } = await import('./compose-generation.ts')
      const { openEngines } = await import('./engines.ts')
      const { generateToFile } = await import('../app/generate-to-file.ts')
      const { createSpeech } = await import('../speech/open-speech.ts')
      const { speechOptions } = await import('./compose-speech.ts')
      const settled = settle(settings)
      const tools = await findConfiguredTools(settled, env.PATH ?? '')
      await using opened = await openEngines({ config: settled, tools, env })
      const ports = composeGeneration({ config: settled, tools, nowMs }, opened.engines)
      const openSpeech = createSpeech(speechOptions(settled, env.PATH ?? ''))
      return await generateToFile(request, { ...ports, openSpeech })
    },
    async findFaces(source, signal) {
      const { composeGeneration, findConfiguredTools } = await import('./compose-generation.ts')
      const { createFaceFinder } = await import('../vision/face-finder.ts')
      const { listFaces } = await import('../app/list-faces.ts')
      const tools = await findConfiguredTools(config(), env.PATH ?? '')
      const generation = composeGeneration({ config: config(), tools, nowMs }, new Map())
      const { media, fetcher, limits } = generation
      const ports = { media, fetcher, limits, faces: createFaceFinder(), temporaryFolder: tmpdir() }
      return listFaces({ source, signal }, ports)
    },
    async examineMachine(signal, settings) {
      const { composeExamination } = await import('./compose-doctor.ts')
      const { examineMachine } = await import('../doctor/examine-machine.ts')
      return examineMachine(composeExamination({ config: settle(settings), env, signal }))
    },
    async embedPrompt(settings, signal) {
      const { embedPrompt } = await import('./embed-prompt.ts')
      return embedPrompt({ config: settle(settings), env, signal })
    },
    async models(where) {
      const { composeModels } = await import('./compose-models.ts')
      return composeModels({ config: config(), env, currentFolder, nowMs, where })
    },
    async workflows(settings) {
      const { composeWorkflows } = await import('./compose-workflows.ts')
      return composeWorkflows({ config: settle(settings), env, currentFolder })
    },
    hubAddress: (url) => hubAddressOf(config(), readLogin(env), url),
    keepLogin: (login) => keepLogin(login, env),
    forgetLogin: () => forgetLogin(env),
    async beamQueue(where) {
      const { composeBeamQueue } = await import('./compose-beam-client.ts')
      return composeBeamQueue(where, remoteSurroundings())
    },
    async beamEndpoint(where) {
      const { composeBeamEndpoint } = await import('./compose-beam-client.ts')
      return composeBeamEndpoint(where, remoteSurroundings())
    },
    kindOnBeam: (url) => kindOfUrl(url, config().beamGatewayUrl),
    async serve(request) {
      const { serve } = await import('./serve.ts')
      await serve(request, { config: settle(request.settings), env, version: readVersion() })
    },
    async work(request) {
      const { work } = await import('./work.ts')
      await work(request, { config: settle(request.settings), env })
    },
    async drainWorkers(name, settings) {
      const { drainWorkers } = await import('./drain-workers.ts')
      return drainWorkers(name, settle(settings))
    },
    async moveStores(request) {
      const { moveStores } = await import('./move-stores.ts')
      return moveStores(request, settle(request.settings))
    },
    async rotateLinkKey(settings) {
      const { rotateStoredLinkKey } = await import('./rotate-link-key.ts')
      await rotateStoredLinkKey(settle(settings))
    },
    async keys(settings) {
      const { openKeyTools } = await import('./open-key-tools.ts')
      return openKeyTools(settle(settings))
    },
    describeSettings: () => describeConfig(config(), sources()),
    async openInBrowser(url) {
      const { openInBrowser } = await import('./open-in-browser.ts')
      return openInBrowser(url, { env, platform: process.platform })
    },
    commands: async () => (await import('./list-commands.ts')).listCommands(),
  }
}

/**
 * By default the hub of the kept login, or one on this machine. The kept key is sent to its own hub only. Clients of earlier queue
 * services have their token in BEAM_TOKEN.
 */
function hubAddressOf(
  { hubUrl, port, token, beamToken }: Config,
  login: KeptLogin | null,
  asked: string | undefined,
): HubAddress {
  const url = asked ?? hubUrl ?? login?.url ?? `http://127.0.0.1:${port}`
  const kept = login !== null && isSameUrl(login.url, url) ? login.token : null
  return { url, token: token ?? kept ?? beamToken ?? null }
}

function isSameUrl(a: string, b: string): boolean {
  const plain = (url: string): string => new URL(url).href.replace(/\/+$/, '')
  return URL.canParse(a) && URL.canParse(b) && plain(a) === plain(b)
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
