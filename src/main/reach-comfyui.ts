// A ComfyUI to look at, as it is configured: one that runs, or one that is started for the look.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Config } from '../config/load-config.ts'
import type { ReachedComfyui } from '../doctor/examination.ts'
import { findRunning } from '../engines/comfyui/supervise/server.ts'
import { composeBackend } from './compose-comfyui.ts'
import { modelsFolder } from './compose-models.ts'

export interface ComfyuiExamination {
  readonly config: Config
  readonly env: NodeJS.ProcessEnv
  readonly signal: AbortSignal
}

/** One of our own that runs is only looked at; else one is started in a folder of its own, and ended again. */
export async function reachComfyui({
  config,
  env,
  signal,
}: ComfyuiExamination): Promise<ReachedComfyui> {
  await using started = new AsyncDisposableStack()
  if (config.comfyuiUrl === undefined) {
    const running = await findRunning(resolve(config.dataDir, 'comfyui'))
    if (running !== null) return { api: running, [Symbol.asyncDispose]: async () => {} }
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'infinitetalk-doctor-'))
  started.defer(() => rm(dataDir, { recursive: true, force: true }))
  const modelsDir = await modelsFolder(config)
  const backend = await composeBackend({
    config: { ...config, dataDir, modelsDir },
    env,
    onTrouble: () => {},
  })
  if (backend === null) throw new TypeError('no ComfyUI is configured')
  started.use(backend)
  const api = await backend.ready(signal)
  const held = started.move()
  return { api, [Symbol.asyncDispose]: () => held.disposeAsync() }
}
