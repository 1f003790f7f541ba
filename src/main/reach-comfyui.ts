// Gives the doctor and the workflow commands the configured ComfyUIs: running ones, or ones that are started for the examination.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Config } from '../config/load-config.ts'
import type { ReachedComfyui, WayToComfyui } from '../doctor/examination.ts'
import { parseComfyAddress } from '../engines/comfyui/comfy-address.ts'
import { findRunning } from '../engines/comfyui/supervise/server.ts'
import { composeBackend, supervisedPlaces } from './compose-comfyui.ts'
import { modelsFolder } from './compose-models.ts'

export interface ComfyuiExamination {
  readonly config: Config
  readonly env: NodeJS.ProcessEnv
  readonly signal: AbortSignal
}

/** The first one. @throws AppError */
export async function reachComfyui(examination: ComfyuiExamination): Promise<ReachedComfyui> {
  const [first] = waysToComfyui(examination)
  if (first === undefined) throw new TypeError('no ComfyUI is configured')
  return first.reach()
}

export function waysToComfyui(examination: ComfyuiExamination): readonly WayToComfyui[] {
  const { comfyApiUrl } = examination.config
  const ways = waysToServers(examination)
  if (comfyApiUrl === undefined) return ways
  const { comfyuiUrl: _, comfyuiDir: __, ...config } = examination.config
  return [...ways, { name: comfyApiUrl, reach: () => open(config, examination) }]
}

function waysToServers(examination: ComfyuiExamination): readonly WayToComfyui[] {
  const { config } = examination
  const { comfyuiUrl = [] } = config
  if (comfyuiUrl.length > 0) {
    return comfyuiUrl.map((url) => ({
      name: parseComfyAddress(url).url,
      reach: () => open({ ...config, comfyuiUrl: [url] }, examination),
    }))
  }
  return supervisedPlaces(config).map(({ name, gpu, dataFolder }) => ({
    name,
    async reach() {
      const running = await findRunning(dataFolder)
      if (running !== null) return { api: running, [Symbol.asyncDispose]: async () => {} }
      return open({ ...config, comfyuiGpus: gpu === null ? [] : [gpu] }, examination)
    },
  }))
}

/** Starts our own ComfyUI in its own folder, and stops it afterwards. */
async function open(config: Config, { env, signal }: ComfyuiExamination): Promise<ReachedComfyui> {
  await using started = new AsyncDisposableStack()
  const dataDir = await mkdtemp(join(tmpdir(), 'infinitetalk-doctor-'))
  started.defer(() => rm(dataDir, { recursive: true, force: true }))
  const modelsDir = await modelsFolder(config)
  const backend = await composeBackend({
    config: { ...config, dataDir: resolve(dataDir), modelsDir },
    env,
    onTrouble: () => {},
  })
  if (backend === null) throw new TypeError('no ComfyUI is configured')
  started.use(backend)
  const api = await backend.ready(signal)
  const held = started.move()
  return { api, [Symbol.asyncDispose]: () => held.disposeAsync() }
}
