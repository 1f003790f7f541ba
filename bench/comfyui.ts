// Measures the hub's own share of a render on ComfyUI, with a stand-in that renders at once: the time from the claim of a job to
// its prompt, the time from ComfyUI's last message to the job's success (the finishing step apart), and the requests per job. The
// baseline is a bare request to the same server. Also measures the memory of a hub that downloads a video of a gigabyte.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateVideo } from '../src/app/generate-video.ts'
import type { HubEvent } from '../src/app/ports/observer.ts'
import type { Renderer } from '../src/app/ports/renderer.ts'
import { loadConfig } from '../src/config/load-config.ts'
import { openComfyui } from '../src/main/compose-comfyui.ts'
import { composeGeneration } from '../src/main/compose-generation.ts'
import { composeHub } from '../src/main/compose-hub.ts'
import { findTools } from '../src/media/find-tools.ts'
import { startStandIn } from '../test/comfyui/standin/stand-in.ts'
import { measureLargeOutput } from './comfyui-large-output.ts'
import { measureRounds, type Percentiles, percentilesOf } from './percentiles.ts'

const JOBS = 40
const BARE_REQUESTS = 200
const EXAMPLES = join(import.meta.dirname, '../examples')
/** A render that takes no time, so that only the hub's own work remains. */
const NO_TIME = { msPerStep: 0, msPerWindow: 0, msPerNode: 0, historyLagMs: 4 }

export interface ComfyuiFigures {
  readonly bareRequest: Percentiles
  readonly claimToPrompt: Percentiles
  /** The finishing step excluded. */
  readonly lastMessageToSuccess: Percentiles
  readonly finishing: Percentiles
  readonly requestsPerJob: number
  /** Requests of the median job by kind. */
  readonly requests: Readonly<Record<string, number>>
  readonly largeOutput: {
    readonly bytes: number
    readonly peakMb: number
    readonly idleMb: number
  } | null
}

interface JobTimes {
  readonly claimToPromptMs: number
  readonly endToSuccessMs: number
  readonly finishMs: number
  readonly requests: readonly string[]
}

export async function benchComfyui(signal: AbortSignal): Promise<ComfyuiFigures> {
  const times: JobTimes[] = []
  await using server = await startStandIn(NO_TIME)
  const bareRequest = await measureRounds(BARE_REQUESTS, signal, async () => {
    await (await fetch(`${server.url}/queue`)).json()
  })
  await using bench = await openBench(server.url)
  for (let job = 0; job < JOBS; job += 1) {
    signal.throwIfAborted()
    times.push(await bench.renderOne(server))
  }
  const of = (pick: (one: JobTimes) => number): Percentiles => percentilesOf(times.map(pick))
  const counts = times.map(({ requests }) => requests).toSorted((a, b) => a.length - b.length)
  const median = counts[Math.floor(counts.length / 2)] ?? []
  return {
    bareRequest,
    claimToPrompt: of(({ claimToPromptMs }) => claimToPromptMs),
    lastMessageToSuccess: of(({ endToSuccessMs, finishMs }) => endToSuccessMs - finishMs),
    finishing: of(({ finishMs }) => finishMs),
    requestsPerJob: median.length,
    requests: Object.fromEntries(
      [...new Set(median)].map((kind) => [kind, median.filter((one) => one === kind).length]),
    ),
    largeOutput: await measureLargeOutput(signal),
  }
}

async function openBench(url: string) {
  const folder = await mkdtemp(join(tmpdir(), 'infinitetalk-bench-'))
  const env = {
    INFINITETALK_DATA_DIR: folder,
    INFINITETALK_LIMIT_DISK_RESERVE_BYTES: '1',
    COMFYUI_URL: url,
  }
  const config = loadConfig({ env })
  const tools = await findTools({
    ffmpegPath: null,
    ffprobePath: null,
    searchPath: process.env.PATH ?? '',
  })
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
  const end = watchEnds(url)
  const base64 = async (name: string) => (await readFile(join(EXAMPLES, name))).toString('base64')
  const body = {
    image: { base64: await base64('portrait.png') },
    audio: { base64: await base64('speech.wav') },
    ...{ width: 64, height: 64, max_frames: 25 },
  }
  return {
    async renderOne(server: Awaited<ReturnType<typeof startStandIn>>): Promise<JobTimes> {
      const before = server.requests.length
      const signal = AbortSignal.timeout(60_000)
      const caller = { ownerKey: 'anonymous', isAdmin: true }
      const route = 'POST /v1/jobs'
      const submitted = await hub.jobs.submit(body, { caller, idempotencyKey: null, route, signal })
      const { id } = submitted.view.job
      const { job } = await hub.jobs.waitForEnd(id, { waitMs: 60_000, signal })
      if (job.status !== 'succeeded') throw new Error(JSON.stringify(job.error))
      const asked = server.requests.slice(before)
      const prompt = asked.find(({ method, path }) => method === 'POST' && path === '/prompt')!
      return {
        claimToPromptMs: prompt.atMs - at.get('job.started')!,
        endToSuccessMs: at.get('job.ended')! - end.atMs,
        finishMs: finishing.ms,
        requests: asked.map(
          ({ method, path }) => `${method} ${path.replace(/\/[0-9a-f-]{36}$/, '/ID')}`,
        ),
      }
    },
    async [Symbol.asyncDispose]() {
      end.close()
      await hub.stop(AbortSignal.abort())
      await comfyui[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** ComfyUI tells every socket that the queue is empty right before its last message to the prompt's own socket. */
function watchEnds(url: string) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws?clientId=bench`)
  const end = { atMs: 0, close: () => socket.close() }
  socket.addEventListener('message', ({ data }) => {
    if (typeof data !== 'string' || !data.includes('"status"')) return
    if (/"queue_remaining":\s*0/.test(data)) end.atMs = performance.now()
  })
  return end
}

export function comfyuiTable(figures: ComfyuiFigures): string {
  const { bareRequest, largeOutput } = figures
  const row = (name: string, { p50Ms, p99Ms }: Percentiles): string => {
    const times = [p50Ms, p99Ms].map((ms) => ms.toFixed(1).padStart(9)).join('')
    return `${name.padEnd(42)}${times}${(p50Ms / bareRequest.p50Ms).toFixed(1).padStart(10)}`
  }
  const kinds = Object.entries(figures.requests).map(([kind, count]) => `${count} ${kind}`)
  return [
    `${'ComfyUI'.padEnd(42)}   p50 ms   p99 ms  requests`,
    row('bare request', bareRequest),
    row('from claim to POST /prompt', figures.claimToPrompt),
    row('from last message to success, less finishing', figures.lastMessageToSuccess),
    row('finishing', figures.finishing),
    `requests of a job: ${figures.requestsPerJob} (${kinds.join(', ')})`,
    largeOutput === null
      ? 'memory for a large output: not measured on this system'
      : `memory of a hub that takes ${(largeOutput.bytes / 1e9).toFixed(2)} GB: ${largeOutput.peakMb.toFixed(0)} MB (idle ${largeOutput.idleMb.toFixed(0)} MB)`,
  ].join('\n')
}
