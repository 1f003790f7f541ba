// A render through a cloud engine on a stand-in, with waits of milliseconds: shared by the tests of the engines and of their
// faults. The video is only the beginning of one, because nothing decodes it here.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ErrorCode } from '@infinitetalk/contract'
import { expect, onTestFinished } from 'vitest'
import type { RenderProgress } from '../../src/app/ports/engine.ts'
import { AppError } from '../../src/domain/errors.ts'
import type { RemoteRender } from '../../src/domain/job.ts'
import type { RenderPlan } from '../../src/domain/plan.ts'
import { createBeamService } from '../../src/engines/beam/beam-service.ts'
import { type CloudEngine, createCloudEngine } from '../../src/engines/cloud/cloud-engine.ts'
import type { CloudService } from '../../src/engines/cloud/cloud-service.ts'
import type { CloudTimes } from '../../src/engines/cloud/cloud-times.ts'
import { createRunpodService } from '../../src/engines/runpod/runpod-service.ts'
import { samplePlan } from '../support/sample-plan.ts'
import { createTestFolder, type TestFolder } from '../support/test-folder.ts'
import { BEAM_QUEUE, BEAM_TOKEN, BeamGateway, type BeamOptions } from './standin/beam-gateway.ts'
import { RUNPOD_ENDPOINT, RUNPOD_KEY, RunpodApi, type RunpodOptions } from './standin/runpod-api.ts'

/** Long enough for a busy machine when a test waits for an event. */
export const QUICK: CloudTimes = {
  pollFirstMs: 10,
  pollLongestMs: 50,
  pollWhenHeardMs: 200,
  listenAgainMs: 20,
  unreachableMs: 1500,
  forgottenMs: 100,
  submitMs: 5000,
  settleMs: 20,
  busyFirstMs: 10,
  busyLongestMs: 40,
  busyMs: 400,
  endMs: 3000,
  tidyMs: 1000,
  idleMs: 1000,
  downloadAgainMs: 5,
}

/** A file type box and a box of zeros. */
export const VIDEO = Buffer.concat([
  Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1'),
  Buffer.alloc(40_000, 7),
])

export interface CloudBench {
  readonly folder: TestFolder
  readonly engine: CloudEngine
  readonly notes: RemoteRender[]
  readonly progress: RenderProgress[]
  render(options?: RenderOptions): Promise<Buffer>
  refused(code: ErrorCode, options?: RenderOptions): Promise<AppError>
}

export interface RenderOptions {
  readonly found?: RemoteRender | undefined
  readonly signal?: AbortSignal
  readonly members?: Readonly<Record<string, unknown>>
  /** Length of the voice. */
  readonly voiceBytes?: number
  readonly onNote?: (note: RemoteRender) => void
}

export async function openBeam(options: Partial<BeamOptions> = {}): Promise<BeamGateway> {
  const gateway = await BeamGateway.open({ video: VIDEO, ...options })
  onTestFinished(() => gateway[Symbol.asyncDispose]())
  return gateway
}

export async function openRunpod(options: Partial<RunpodOptions> = {}): Promise<RunpodApi> {
  const api = await RunpodApi.open({ video: VIDEO, ...options })
  onTestFinished(() => api[Symbol.asyncDispose]())
  return api
}

export function beamBench(
  gateway: BeamGateway,
  { volume = null, token = BEAM_TOKEN, queue = BEAM_QUEUE, times = {} }: BeamBenchOptions = {},
): Promise<CloudBench> {
  const service = createBeamService({ gatewayUrl: gateway.web.url, token, queue, volume })
  return createBench(service, { ...QUICK, ...times })
}

export interface BeamBenchOptions {
  readonly volume?: string | null
  readonly token?: string
  readonly queue?: string
  readonly times?: Partial<CloudTimes>
}

export function runpodBench(api: RunpodApi): Promise<CloudBench> {
  const url = `${api.web.url}/v2`
  const service = createRunpodService({ url, apiKey: RUNPOD_KEY, endpointId: RUNPOD_ENDPOINT })
  return createBench(service, QUICK)
}

async function createBench(service: CloudService, times: CloudTimes): Promise<CloudBench> {
  const folder = await createTestFolder()
  const notes: RemoteRender[] = []
  const progress: RenderProgress[] = []
  let voiceBytes = 4
  const engine = createCloudEngine({
    service,
    times,
    async prepareInputs(_plan, { workDir }) {
      const visualPath = join(workDir, 'image.png')
      const voicePath = join(workDir, 'voice.flac')
      await writeFile(visualPath, 'a picture')
      await writeFile(voicePath, Buffer.alloc(voiceBytes))
      return { visualPath, voicePaths: [voicePath], boxes: [null], warnings: ['A warning.'] }
    },
  })
  let renders = 0
  const render = async (options: RenderOptions = {}): Promise<Buffer> => {
    renders += 1
    voiceBytes = options.voiceBytes ?? 4
    const workDir = folder.path(`work-${renders}`)
    await mkdir(workDir)
    const { path, warnings } = await engine.generate(planOf(options), {
      workDir,
      signal: options.signal ?? new AbortController().signal,
      onProgress: (step) => progress.push(step),
      remote: {
        found: options.found ?? null,
        async keep(note) {
          notes.push(note)
          options.onNote?.(note)
        },
      },
    })
    // The warnings of the attempt that prepared the inputs, whichever attempt resumes its render.
    expect(warnings).toEqual(['A warning.'])
    return readFile(path)
  }
  return {
    folder,
    engine,
    notes,
    progress,
    render,
    async refused(code, options) {
      const error = await render(options).then(
        () => expect.fail('was not refused'),
        (thrown: unknown) => thrown,
      )
      expect(error).toBeInstanceOf(AppError)
      expect(error).toMatchObject({ code })
      return error as AppError
    },
  }
}

function planOf({ members = {} }: RenderOptions): RenderPlan {
  const image = { path: '/none/image.png', width: 64, height: 64 }
  const voice = {
    path: '/none/voice.wav',
    pcmPath: '/none/voice.pcm',
    seconds: 0.4,
    channel: null,
    hasSpeech: true,
  }
  return samplePlan(image, voice, { width: 64, height: 64, ...members })
}
