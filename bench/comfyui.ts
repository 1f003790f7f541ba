// Measures the hub's own share of a render on ComfyUI, with a stand-in that renders at once: the time from the claim of a job to
// its prompt, the time from ComfyUI's last message to the job's success (the finishing step apart), and the requests per job, by the
// wrapper's graph and by the graph of windows. The baseline is a bare request to the same server. Also measures what is added to each
// window of a long render, and the memory of a hub that downloads a video of a gigabyte.

import type { StandIn, StandInOptions } from '../test/comfyui/standin/stand-in.ts'
import { startStandIn } from '../test/comfyui/standin/stand-in.ts'
import { type BenchHub, type EndWatch, openBenchHub, watchEnds } from './comfyui-hub.ts'
import { measureLargeOutput } from './comfyui-large-output.ts'
import { benchWindows, type WindowFigures } from './comfyui-windows.ts'
import { measureRounds, type Percentiles, percentilesOf } from './percentiles.ts'

const JOBS = 20
const BARE_REQUESTS = 200
/** A render that takes no time, so that only the hub's own work remains. */
const NO_TIME = { msPerStep: 0, msPerWindow: 0, msPerNode: 0, historyLagMs: 4 }

export interface JobFigures {
  readonly claimToPrompt: Percentiles
  /** The finishing step excluded. */
  readonly lastMessageToSuccess: Percentiles
  readonly finishing: Percentiles
  readonly requestsPerJob: number
  /** Requests of the median job by kind. */
  readonly requests: Readonly<Record<string, number>>
}

export interface ComfyuiFigures extends JobFigures {
  readonly bareRequest: Percentiles
  /** The same job by the graph of windows. */
  readonly windowGraph: JobFigures
  readonly windows: WindowFigures
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
  await using server = await startStandIn(NO_TIME)
  const bareRequest = await measureRounds(BARE_REQUESTS, signal, async () => {
    await (await fetch(`${server.url}/queue`)).json()
  })
  return {
    bareRequest,
    ...(await benchJobs({}, signal)),
    windowGraph: await benchJobs({ version: '0.33.0' }, signal),
    windows: await benchWindows(signal),
    largeOutput: await measureLargeOutput(signal),
  }
}

/** @param options a server without node packs gets the graph of windows */
async function benchJobs(options: StandInOptions, signal: AbortSignal): Promise<JobFigures> {
  await using server = await startStandIn({ ...NO_TIME, ...options })
  await using hub = await openBenchHub(server.url)
  const ends = watchEnds(server.url)
  const times: JobTimes[] = []
  for (let job = 0; job < JOBS; job += 1) {
    signal.throwIfAborted()
    times.push(await renderOne(hub, server, ends))
  }
  ends.close()
  const of = (pick: (one: JobTimes) => number): Percentiles => percentilesOf(times.map(pick))
  const counts = times.map(({ requests }) => requests).toSorted((a, b) => a.length - b.length)
  const median = counts[Math.floor(counts.length / 2)] ?? []
  return {
    claimToPrompt: of(({ claimToPromptMs }) => claimToPromptMs),
    lastMessageToSuccess: of(({ endToSuccessMs, finishMs }) => endToSuccessMs - finishMs),
    finishing: of(({ finishMs }) => finishMs),
    requestsPerJob: median.length,
    requests: Object.fromEntries(
      [...new Set(median)].map((kind) => [kind, median.filter((one) => one === kind).length]),
    ),
  }
}

async function renderOne(hub: BenchHub, server: StandIn, ends: EndWatch): Promise<JobTimes> {
  const before = server.requests.length
  const { startedMs, endedMs, finishMs } = await hub.render({ max_frames: 25 })
  const asked = server.requests.slice(before)
  const prompt = asked.find(({ method, path }) => method === 'POST' && path === '/prompt')!
  return {
    claimToPromptMs: prompt.atMs - startedMs,
    endToSuccessMs: endedMs - ends.atMs.at(-1)!,
    finishMs,
    requests: asked.map(
      ({ method, path }) => `${method} ${path.replace(/\/[0-9a-f-]{36}$/, '/ID')}`,
    ),
  }
}

export function comfyuiTable(figures: ComfyuiFigures): string {
  const { bareRequest, largeOutput, windows, windowGraph } = figures
  const row = (name: string, { p50Ms, p95Ms, p99Ms }: Percentiles): string => {
    const times = [p50Ms, p95Ms, p99Ms].map((ms) => ms.toFixed(1).padStart(9)).join('')
    return `${name.padEnd(46)}${times}${(p50Ms / bareRequest.p50Ms).toFixed(1).padStart(10)}`
  }
  const jobRows = (name: string, job: JobFigures): readonly string[] => {
    const kinds = Object.entries(job.requests)
      .filter(([kind]) => !kind.startsWith('GET /object_info'))
      .map(([kind, count]) => `${count} ${kind}`)
    return [
      `a job by the graph ${name}:`,
      row('  from claim to POST /prompt', job.claimToPrompt),
      row('  from last message to success, less finishing', job.lastMessageToSuccess),
      row('  finishing', job.finishing),
      `  requests: ${job.requestsPerJob} (${kinds.join(', ')})`,
    ]
  }
  const { bare } = windows
  return [
    `${'ComfyUI'.padEnd(46)}   p50 ms   p95 ms   p99 ms  requests`,
    row('bare request', bareRequest),
    ...jobRows('of the wrapper', figures),
    ...jobRows('of windows', windowGraph),
    `a render of ${windows.windows} windows, ${windows.requestsPerWindow} requests each:`,
    row('  from the end of one to the next one queued', windows.added),
    row('  fetching its pictures meanwhile', windows.fetching),
    row('  bare: upload of 500 kB', bare.upload),
    row('  bare: POST /prompt', bare.submit),
    row('  bare: GET /history', bare.history),
    row('  bare: 72 pictures', bare.pictures),
    largeOutput === null
      ? 'memory for a large output: not measured on this system'
      : `memory of a hub that takes ${(largeOutput.bytes / 1e9).toFixed(2)} GB: ${largeOutput.peakMb.toFixed(0)} MB (idle ${largeOutput.idleMb.toFixed(0)} MB)`,
  ].join('\n')
}
