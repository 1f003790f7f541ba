// Measures what the hub adds to a render in windows: the time in which ComfyUI waits for the next prompt, beside the bare cost of the
// same requests in the same run. A window takes the stand-in a second, so that the hub keeps one while the next one runs, as it does
// on a GPU. The stand-in is a process of its own: it draws the pictures.
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { voiceOf } from '../test/support/long-voice.ts'
import { openBenchHub, watchEnds } from './comfyui-hub.ts'
import { startServer } from './comfyui-server.ts'
import { type Percentiles, percentilesOf } from './percentiles.ts'

/** 81 + 29 * 72 frames. */
const WINDOWS = 30
const SECONDS = (81 + 72 * (WINDOWS - 1)) / 25
const BARE_ROUNDS = 10
const PICTURES = 72
/** As many as the hub fetches at a time. */
const LANES = 8
const SPEED = { msPerStep: 250, msPerWindow: 0 }

export interface WindowFigures {
  readonly windows: number
  /** From the end of a window to the answer that the next one is queued: ComfyUI does nothing meanwhile. */
  readonly added: Percentiles
  /** From the first request for a picture of a window to the last one's answer. */
  readonly fetching: Percentiles
  readonly bare: {
    readonly upload: Percentiles
    readonly submit: Percentiles
    readonly history: Percentiles
    readonly pictures: Percentiles
  }
  readonly requestsPerWindow: number
}

interface TimedRequest {
  readonly method: string
  readonly path: string
  readonly body: unknown
  readonly startedMs: number
  readonly endedMs: number
}

export async function benchWindows(signal: AbortSignal): Promise<WindowFigures> {
  await using server = await startServer(SPEED)
  using requests = timeRequests()
  const ends = watchEnds(server.url)
  const audio = { base64: (await voiceOf(SECONDS)).toString('base64') }
  {
    await using hub = await openBenchHub(server.url)
    const { output } = await hub.render({ audio, preset: 'draft', workflow: 'I2V_window' })
    if (output.windows?.rendered !== WINDOWS) throw new Error('Some windows were rendered twice.')
  }
  ends.close()
  const seen = [...requests.seen]
  const prompts = seen.filter(({ path }) => path === '/prompt')
  const later = prompts.slice(1)
  const added = later.map(({ startedMs, endedMs }) => {
    return endedMs - ends.atMs.findLast((atMs) => atMs < startedMs)!
  })
  const perWindow = prompts.map(({ endedMs }, index) => {
    const until = prompts[index + 1]?.endedMs ?? Number.POSITIVE_INFINITY
    return seen.filter(({ startedMs }) => startedMs >= endedMs && startedMs < until)
  })
  const fetching = perWindow.flatMap((some) => {
    const views = some.filter(({ path }) => path === '/view')
    return views.length < PICTURES ? [] : [spanOf(views)]
  })
  const bare = await measureBare(server.url, prompts[0]!.body, signal)
  return {
    windows: WINDOWS,
    added: percentilesOf(added),
    fetching: percentilesOf(fetching),
    bare,
    requestsPerWindow: Math.round(seen.length / WINDOWS),
  }
}

function spanOf(requests: readonly TimedRequest[]): number {
  const ended = Math.max(...requests.map(({ endedMs }) => endedMs))
  return ended - Math.min(...requests.map(({ startedMs }) => startedMs))
}

/** The same requests by nobody but `fetch`, one kind after the other, with nothing else to do. */
async function measureBare(url: string, body: unknown, signal: AbortSignal) {
  const times = { upload: [], submit: [], history: [], pictures: [] } as Record<
    'upload' | 'submit' | 'history' | 'pictures',
    number[]
  >
  const timed = async <T>(kind: keyof typeof times, work: () => Promise<T>): Promise<T> => {
    const startedMs = performance.now()
    const result = await work()
    times[kind].push(performance.now() - startedMs)
    return result
  }
  const prompt = JSON.parse(String(body)) as { prompt_id: string; prompt: Graph }
  await uploadInputs(url, prompt.prompt)
  for (let round = 0; round < BARE_ROUNDS; round += 1) {
    signal.throwIfAborted()
    const id = crypto.randomUUID()
    // Its files have other names, and its pictures are drawn anew.
    const graph = JSON.stringify({ ...prompt, prompt_id: id }).replaceAll(
      new RegExp(`${prompt.prompt_id}`, 'g'),
      id,
    )
    await timed('upload', async () => {
      const form = new FormData()
      form.set('image', new Blob([new Uint8Array(500_000)]), `${id}.png`)
      form.set('overwrite', 'true')
      await (await fetch(`${url}/upload/image`, { method: 'POST', body: form })).json()
    })
    const headers = { 'content-type': 'application/json' }
    await timed('submit', async () =>
      (await fetch(`${url}/prompt`, { method: 'POST', headers, body: graph })).json(),
    )
    const files = await untilEnded(url, id, signal)
    await timed('history', async () => (await fetch(`${url}/history/${id}`)).json())
    await timed('pictures', () => fetchAll(url, files))
  }
  return {
    upload: percentilesOf(times.upload),
    submit: percentilesOf(times.submit),
    history: percentilesOf(times.history),
    pictures: percentilesOf(times.pictures),
  }
}

/** The render took its own back when it ended. */
async function uploadInputs(url: string, graph: Graph): Promise<void> {
  const example = (name: string) => readFile(join(import.meta.dirname, '../examples', name))
  const files = { image: ['LoadImage', 'portrait.png'], audio: ['LoadAudio', 'speech.wav'] }
  for (const [input, [type, name]] of Object.entries(files)) {
    const nodes = Object.values(graph).filter(({ class_type }) => class_type === type)
    for (const { inputs } of nodes) inputs[input] = name
    const form = new FormData()
    form.set('image', new Blob([await example(name!)]), name)
    form.set('overwrite', 'true')
    await (await fetch(`${url}/upload/image`, { method: 'POST', body: form })).json()
  }
}

type Graph = Record<
  string,
  { readonly class_type: string; readonly inputs: Record<string, unknown> }
>
type File = Readonly<Record<'filename' | 'subfolder' | 'type', string>>

async function untilEnded(url: string, id: string, signal: AbortSignal): Promise<readonly File[]> {
  for (;;) {
    const answer = (await (await fetch(`${url}/history/${id}`)).json()) as Record<
      string,
      {
        readonly outputs: Record<string, { readonly images?: readonly File[] }>
        readonly status: { readonly status_str: string }
      }
    >
    if (answer[id]?.status.status_str === 'error') throw new Error(JSON.stringify(answer[id]))
    const lists = Object.values(answer[id]?.outputs ?? {}).map(({ images = [] }) => images)
    const pictures = lists.find(({ length }) => length >= PICTURES)
    if (pictures !== undefined) return pictures.slice(0, PICTURES)
    await sleep(20, undefined, { signal })
  }
}

async function fetchAll(url: string, files: readonly File[]): Promise<void> {
  const waiting = [...files]
  const lane = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      await (await fetch(`${url}/view?${new URLSearchParams(file)}`)).arrayBuffer()
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
}

/** Every request of this process whose answer is complete, with its times, until it is disposed of. */
function timeRequests() {
  const started = new Map<object, number>()
  const seen: TimedRequest[] = []
  const begin = (message: unknown): void => {
    started.set((message as SentRequest).request, performance.now())
  }
  const end = (message: unknown): void => {
    const { request } = message as SentRequest
    const startedMs = started.get(request)
    if (startedMs === undefined) return
    started.delete(request)
    const { method, body } = request
    const path = request.path.replace(/\?.*/, '')
    seen.push({ method, path, body, startedMs, endedMs: performance.now() })
  }
  subscribe('undici:request:create', begin)
  subscribe('undici:request:trailers', end)
  return {
    seen,
    [Symbol.dispose]() {
      unsubscribe('undici:request:create', begin)
      unsubscribe('undici:request:trailers', end)
    },
  }
}

interface SentRequest {
  readonly request: { readonly method: string; readonly path: string; readonly body: unknown }
}
