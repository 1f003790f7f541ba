// A whole hub in this process that renders on a ComfyUI, with the times of its steps: what the measurements of single prompts and of
// windows share.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateVideo } from '../src/app/generate-video.ts'
import type { HubEvent } from '../src/app/ports/observer.ts'
import type { Renderer } from '../src/app/ports/renderer.ts'
import { loadConfig } from '../src/config/load-config.ts'
import type { JobOutput } from '../src/domain/job.ts'
import { openComfyui } from '../src/main/compose-comfyui.ts'
import { composeGeneration } from '../src/main/compose-generation.ts'
import { composeHub } from '../src/main/compose-hub.ts'
import { findTools } from '../src/media/find-tools.ts'

const EXAMPLES = join(import.meta.dirname, '../examples')
const TIMEOUT_MS = 600_000

export interface BenchHub extends AsyncDisposable {
  /** Renders the shipped portrait; `members` lie over the request. */
  render(members: object): Promise<BenchedJob>
}

export interface BenchedJob {
  readonly startedMs: number
  readonly endedMs: number
  readonly finishMs: number
  readonly output: JobOutput
}

export async function openBenchHub(url: string): Promise<BenchHub> {
  const folder = await mkdtemp(join(tmpdir(), 'infinitetalk-bench-'))
  const env = {
    INFINITETALK_DATA_DIR: folder,
    INFINITETALK_LIMIT_DISK_RESERVE_BYTES: '1',
    COMFYUI_URL: url,
  }
  const config = loadConfig({ env })
  const searchPath = process.env.PATH ?? ''
  const tools = await findTools({ ffmpegPath: null, ffprobePath: null, searchPath })
  const comfyui = (await openComfyui({ config, tools, env: process.env }))!
  const nowMs = (): number => performance.now()
  const ports = composeGeneration({ config, tools, nowMs }, new Map([[comfyui.name, comfyui]]))
  const finishing = { ms: 0 }
  const media: typeof ports.media = {
    ...ports.media,
    async finish(request, job) {
      const startedMs = nowMs()
      const finished = await ports.media.finish(request, job)
      finishing.ms = nowMs() - startedMs
      return finished
    },
  }
  const renderer: Renderer = {
    render: (request) => generateVideo(request.spec, request, { ...ports, media }),
  }
  const at = new Map<HubEvent['type'], number>()
  const observer = { observe: (event: HubEvent) => void at.set(event.type, nowMs()) }
  const hub = await composeHub({ config, env: process.env, observer, works: true, renderer })
  const base64 = async (name: string) => (await readFile(join(EXAMPLES, name))).toString('base64')
  const usual = {
    image: { base64: await base64('portrait.png') },
    audio: { base64: await base64('speech.wav') },
    ...{ width: 64, height: 64 },
  }
  return {
    async render(members) {
      const signal = AbortSignal.timeout(TIMEOUT_MS)
      const caller = { ownerKey: 'anonymous', isAdmin: true }
      const route = 'POST /v1/jobs'
      const options = { caller, idempotencyKey: null, route, signal }
      const { id } = (await hub.jobs.submit({ ...usual, ...members }, options)).view.job
      const { job } = await hub.jobs.waitForEnd(id, { waitMs: TIMEOUT_MS, signal })
      if (job.status !== 'succeeded') throw new Error(JSON.stringify(job.error))
      return {
        startedMs: at.get('job.started')!,
        endedMs: at.get('job.ended')!,
        finishMs: finishing.ms,
        output: job.output!,
      }
    },
    async [Symbol.asyncDispose]() {
      await hub.stop(AbortSignal.abort())
      await comfyui[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export interface EndWatch {
  /** When the queue was last said to be empty, or a prompt to have ended. */
  readonly atMs: readonly number[]
  close(): void
}

/** ComfyUI tells every socket how long the queue is, right before its last message to the prompt's own socket. */
export function watchEnds(url: string): EndWatch {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws?clientId=bench`)
  const atMs: number[] = []
  socket.addEventListener('message', ({ data }) => {
    if (typeof data !== 'string' || !data.includes('"status"')) return
    if (/"queue_remaining":\s*0/.test(data)) atMs.push(performance.now())
  })
  return { atMs, close: () => socket.close() }
}
