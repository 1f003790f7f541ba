// A render through the ComfyUI engine on a stand-in, with patience measured in milliseconds: what the tests of the engine and
// of its faults have in common.

import { mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ErrorCode } from '@infinitetalk/contract'
import { expect, onTestFinished } from 'vitest'
import type {
  RemoteRenderMemory,
  RenderedVideo,
  RenderProgress,
} from '../../src/app/ports/engine.ts'
import type { FoundFace } from '../../src/app/ports/faces.ts'
import type { WindowMemory } from '../../src/app/ports/window-memory.ts'
import { AppError } from '../../src/domain/errors.ts'
import type { RemoteRender } from '../../src/domain/job.ts'
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts'
import type { RenderPlan } from '../../src/domain/plan.ts'
import type { Backend } from '../../src/engines/comfyui/backend.ts'
import { BackendPool } from '../../src/engines/comfyui/backend-pool.ts'
import { parseComfyAddress } from '../../src/engines/comfyui/comfy-address.ts'
import {
  type ComfyuiEngine,
  type ComfyuiEngineOptions,
  createComfyuiEngine,
} from '../../src/engines/comfyui/comfyui-engine.ts'
import type { FollowTimes } from '../../src/engines/comfyui/follow-times.ts'
import { builtInWorkflows, loadTemplates } from '../../src/engines/comfyui/load-templates.ts'
import type { PreparedInputs, PrepareTools } from '../../src/engines/comfyui/prepare-inputs.ts'
import type { SocketTimes } from '../../src/engines/comfyui/progress-socket.ts'
import { createRemoteBackend } from '../../src/engines/comfyui/remote-backend.ts'
import { samplingParameters } from '../../src/engines/comfyui/sampling-parameters.ts'
import { blackPng } from '../support/png-file.ts'
import { samplePlan } from '../support/sample-plan.ts'
import { shippedTools } from '../support/shipped-tools.ts'
import { createTestFolder, type TestFolder } from '../support/test-folder.ts'
import { wavFile } from '../support/wav-file.ts'
import { type StandIn, type StandInOptions, startStandIn } from './standin/stand-in.ts'

/** Long enough for a busy machine wherever a test waits for the opposite. */
export const QUICK: FollowTimes = {
  pollFirstMs: 20,
  pollLongestMs: 100,
  pollAfterEndMs: 5,
  unreachableMs: 1500,
  forgottenMs: 100,
  lateHistoryMs: 1500,
  stallMs: 60_000,
  stallWindows: 5,
  loadingStallMs: 60_000,
  endMs: 3000,
  tidyMs: 3000,
  settleMs: 30,
  settleTries: 20,
  framesPollMs: 20,
  framesLateMs: 1000,
}

export const QUICK_SOCKET: SocketTimes = {
  handshakeMs: 300,
  pingEveryMs: 30,
  deadAfterMs: 300,
  firstBackoffMs: 10,
  longestBackoffMs: 50,
}

export interface ComfyRenderOptions {
  readonly standIn?: StandInOptions
  readonly times?: Partial<FollowTimes>
  readonly socketTimes?: Partial<SocketTimes>
  readonly engine?: Partial<ComfyuiEngineOptions>
  readonly seconds?: number
  readonly request?: Readonly<Record<string, unknown>>
  /** PNG of 256x256; black by default. */
  readonly picture?: Buffer
  /** A folder that the stand-in and the engine share; none by default. */
  readonly framesFolder?: string
  /** The faces in the picture; none by default. */
  readonly faces?: readonly FoundFace[]
}

export interface ComfyRender {
  readonly standIn: StandIn
  readonly backend: Backend & { readonly distrusted: readonly string[] }
  readonly engine: ComfyuiEngine
  readonly plan: RenderPlan
  readonly folder: TestFolder
  /** All reports of `onProgress`, of all renders. */
  readonly progress: readonly RenderProgress[]
  /** Remote renders that the engine wrote down, the newest last. */
  readonly kept: readonly RemoteRender[]
  render(options?: RenderOptions): Promise<RenderedVideo>
}

export interface RenderOptions {
  readonly signal?: AbortSignal
  /** Left out, nobody could go on with the render. */
  readonly found?: RemoteRender | null
  /** Keeps finished windows; left out, nobody does. */
  readonly windows?: WindowMemory
  readonly onProgress?: (progress: RenderProgress) => void
  /** Left out, nobody looks. */
  readonly onFrame?: (jpeg: Uint8Array) => void
}

export async function comfyRender(options: ComfyRenderOptions = {}): Promise<ComfyRender> {
  const standIn = await startStandIn(options.standIn)
  onTestFinished(() => standIn.close())
  const backend = watchedBackend(standIn, options.framesFolder)
  onTestFinished(() => backend[Symbol.asyncDispose]())
  const folder = await createTestFolder()
  const plan = await makePlan(folder, options)
  const { templates } = await loadTemplates([builtInWorkflows()])
  const engine = createComfyuiEngine({
    pool: new BackendPool([backend]),
    templates,
    parametersOf: samplingParameters,
    prepareInputs: async ({ image, voices }) => preparedOf(image.path, voices),
    checkWorkflow: async () => {},
    whyNot: async () => null,
    media: await mediaTools(options.faces),
    times: { ...QUICK, ...options.times },
    socketTimes: { ...QUICK_SOCKET, ...options.socketTimes },
    ...options.engine,
  })
  const progress: RenderProgress[] = []
  const kept: RemoteRender[] = []
  let renders = 0
  return {
    standIn,
    backend,
    engine,
    plan,
    folder,
    progress,
    kept,
    async render({
      signal = AbortSignal.timeout(110_000),
      found,
      windows,
      onProgress,
      onFrame,
    } = {}) {
      renders += 1
      const workDir = folder.path(`render-${renders}`)
      await mkdir(workDir)
      let newest = found ?? null
      const remote: RemoteRenderMemory = {
        get found() {
          return newest
        },
        async keep(remoteRender) {
          newest = remoteRender
          kept.push(remoteRender)
        },
      }
      return engine.generate(plan, {
        workDir,
        signal,
        onProgress(report) {
          progress.push(report)
          onProgress?.(report)
        },
        ...(onFrame === undefined ? {} : { onFrame }),
        ...(found === undefined ? {} : { remote }),
        ...(windows === undefined ? {} : { windows }),
      })
    },
  }
}

async function mediaTools(faces: readonly FoundFace[] = []): Promise<PrepareTools> {
  const tools = await shippedTools()
  return { tools, limits: DEFAULT_LIMITS, faces: { findFaces: async () => faces } }
}

function watchedBackend(standIn: StandIn, framesFolder: string | undefined) {
  const shared = framesFolder === undefined ? {} : { framesFolder }
  const backend = createRemoteBackend({ address: parseComfyAddress(standIn.url), ...shared })
  const distrusted: string[] = []
  return { ...backend, distrusted, distrust: async (why: string) => void distrusted.push(why) }
}

async function makePlan(
  folder: TestFolder,
  { seconds = 1, request = {}, picture = blackPng(256, 256) }: ComfyRenderOptions,
): Promise<RenderPlan> {
  const image = { path: folder.path('image.png'), width: 256, height: 256 }
  const voice = {
    path: folder.path('voice.wav'),
    pcmPath: folder.path('voice.pcm'),
    seconds,
    channel: null,
    hasSpeech: true,
  }
  await writeFile(image.path, picture)
  await writeFile(voice.pcmPath, Buffer.alloc(Math.round(seconds * 16_000) * 2))
  await writeFile(voice.path, wavFile({ samples: Math.round(seconds * 16_000) }))
  return samplePlan(image, voice, { width: 256, height: 256, ...request })
}

function preparedOf(imagePath: string, voices: RenderPlan['voices']): PreparedInputs {
  const voicePaths = voices.map(({ path }) => path)
  return {
    imagePath,
    videoPath: null,
    videoFrames: null,
    voicePaths,
    maskPaths: null,
    warnings: ['A warning.'],
  }
}

/** Lengths of what was uploaded: a file that was taken away is empty. */
export async function inputSizes({ standIn }: ComfyRender): Promise<readonly number[]> {
  const names = await standIn.files('input')
  return Promise.all(
    names.map(async (name) => (await stat(join(standIn.folders.input, name))).size),
  )
}

/** Begins a render that is given up with this error as soon as it samples, by a caller who could go on with it. */
export async function giveUpAtFirstStep(comfy: ComfyRender, code: ErrorCode): Promise<void> {
  const giving = new AbortController()
  const rendering = comfy.render({
    signal: giving.signal,
    found: null,
    onProgress: ({ stage }) => {
      if (stage === 'sampling') giving.abort(new AppError(code, 'Given up by the test.'))
    },
  })
  await expect(rendering).rejects.toMatchObject({ code })
}
