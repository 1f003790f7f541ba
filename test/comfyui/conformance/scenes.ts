// The state in which each recording began: which files lay there, what was kept from the prompt before, which models there were.
import { link, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Graph } from '../standin/graph.ts'
import type { Media } from '../standin/media.ts'
import type { ObjectInfo } from '../standin/object-info.ts'
import {
  type Faults,
  type StandIn,
  type StandInOptions,
  startStandIn,
} from '../standin/stand-in.ts'
import { findException } from './exceptions.ts'
import { placeRealInputs, placeWindowInputs, type RecordedMedia } from './recorded-media.ts'
import { type HttpEvent, postedGraphs, type RecordedEvent, type Recording } from './recording.ts'
import type { ReplayScene } from './replay.ts'

/** Duration of the prompt that already runs when a recording begins. */
const FOREIGN_MS = 400
/** Several prompts wait in the queue at once. */
const CROWDED = /^([ghjmn]_|n4_)/
/** Encoding that takes its time, so that there is something to watch and to interrupt. */
const WATCHED = /^[cghijmn]_/
/** Node classes whose recorded failures are those of a machine: no model file, no package, no network. */
const FAILING_LOADERS = /Loader$|^DownloadAndLoad/

/** The tiny models that were made to run the real graph on a CPU. */
const TINY_MODELS: readonly (readonly [className: string, input: string, name: string])[] = [
  ['WanVideoVAELoader', 'model_name', 'tiny_lightvae_fp32.safetensors'],
  ['WanVideoModelLoader', 'model', 'tiny_wan_i2v_480_fp32.safetensors'],
  ['MultiTalkModelLoader', 'model', 'tiny_InfiniteTalk_Multi_fp16.safetensors'],
  ['MultiTalkModelLoader', 'model', 'tiny_InfiniteTalk_Single_fp16.safetensors'],
  ['WanVideoLoraSelect', 'lora', 'tiny_lora_rank4.safetensors'],
  ['Wav2VecModelLoader', 'model', 'tiny_random_wav2vec2-base_fp16.safetensors'],
]

export async function startFor(recordings: readonly Recording[], media: Media): Promise<StandIn> {
  const [first] = recordings
  if (first === undefined) throw new Error('nothing to replay')
  const { name, version } = first
  const hasTinyModels = version === '0.28.0' || name.startsWith('p')
  const options: StandInOptions = {
    version,
    media,
    msPerFrame: WATCHED.test(name) ? 1 : 0,
    // Enough that a client can interrupt between two steps.
    msPerStep: /^(p10|n4)_/.test(name) ? 200 : 5,
    ...(name.startsWith('n4') ? { msPerNode: 40, msPerWindow: 200 } : {}),
    firstNumber: firstNumber(first) - (isBusyAtFirst(first.events) ? 1 : 0),
    editObjectInfo: (info) => {
      if (hasTinyModels) addTinyModels(info)
    },
  }
  return await startStandIn(options)
}

export async function setScene(
  server: StandIn,
  recording: Recording,
  media: RecordedMedia,
  spool: string,
): Promise<ReplayScene> {
  const { name, events } = recording
  const isReal = name.startsWith('p')
  if (isReal) {
    await placeRealInputs(media, server.folders.input)
    if (!name.startsWith('p5b')) await prime(server, recording)
  }
  const isWindow = /^n\d_/.test(name)
  if (isWindow) {
    await placeWindowInputs(media, server.folders.input)
    await prime(server, recording)
  }
  if (isBusyAtFirst(events)) server.control.addForeignPrompt(FOREIGN_MS)
  const loaders = loaderFailures(events)
  let primed = isReal || isWindow
  return {
    server,
    media,
    spool,
    graphs: postedGraphs(recording),
    looseStatus: CROWDED.test(name),
    exempt: (event) => findException(name, event),
    before: async (event) => {
      if (name.startsWith('k_')) await placeLinks(event, server, media, spool)
      if (event.request.path !== '/prompt' || event.request.method !== 'POST') return
      server.control.setFaults({ nodeErrors: loaders.get(event.request.label ?? '') ?? {} })
      if (!primed && event.answer?.status === 200) {
        primed = true
        await prime(server, recording)
      }
    },
  }
}

/** A prompt of another recording was still running when this one began. */
function isBusyAtFirst(events: readonly RecordedEvent[]): boolean {
  const first = events.findIndex((event) => event.kind === 'message' && event.type === 'status')
  const isBusy = JSON.stringify(events[first] ?? null).includes('"queue_remaining":1}}')
  return isBusy && !events.slice(0, first).some(isPost)
}

function isPost(event: RecordedEvent): boolean {
  return (
    event.kind === 'http' && event.request.method === 'POST' && event.request.path === '/prompt'
  )
}

/** Each refused prompt before the first accepted one has taken a number, too. */
function firstNumber({ events }: Recording): number {
  let taken = 0
  for (const event of events) {
    if (event.kind !== 'http' || event.request.path !== '/prompt') continue
    if (event.request.method !== 'POST') continue
    const { json } = event.answer ?? {}
    if (typeof json === 'object' && json !== null && 'number' in json) {
      return Number(json.number) - taken
    }
    const reached = event.request.json !== undefined && event.answer?.status !== 403
    taken += reached ? 1 : 0
  }
  return 0
}

/** Fills the cache with the nodes that the first prompt found there. */
async function prime(server: StandIn, recording: Recording): Promise<void> {
  const cached = firstCached(recording.events)
  if (cached.length === 0) return
  const [first] = postedGraphs(recording)
  const graph = first as Graph
  const kept = cached.flatMap((id) => {
    const node = graph[id]
    return node === undefined ? [] : [[id, node] as const]
  })
  await server.control.prime(Object.fromEntries(kept))
}

function firstCached(events: readonly RecordedEvent[]): readonly string[] {
  const event = events.find((one) => one.kind === 'message' && one.type === 'execution_cached')
  const nodes = event?.kind === 'message' ? event.data.nodes : []
  return Array.isArray(nodes) ? nodes : []
}

/** Exceptions of loaders, by the label of the prompt. */
function loaderFailures(
  events: readonly RecordedEvent[],
): ReadonlyMap<string, Faults['nodeErrors']> {
  const failures = new Map<string, Faults['nodeErrors']>()
  let label = ''
  for (const event of events) {
    if (event.kind === 'http' && event.request.path === '/prompt') label = event.request.label ?? ''
    if (event.kind !== 'message' || event.type !== 'execution_error') continue
    const { node_type, exception_type, exception_message } = event.data
    if (!FAILING_LOADERS.test(String(node_type))) continue
    const exceptionType = String(exception_type)
    const message = String(exception_message).replace(/\n$/, '')
    failures.set(label, { [String(node_type)]: { exceptionType, message } })
  }
  return failures
}

/** Files outside of the input folder, and links to them and to others. */
async function placeLinks(
  { request }: HttpEvent,
  { folders }: StandIn,
  media: RecordedMedia,
  spool: string,
): Promise<void> {
  if (request.label !== 'relative with subfolder') return
  const picture = await media.content({ filename: 'face.png', bytes: 1046 })
  await mkdir(spool, { recursive: true })
  await writeFile(join(spool, 'face.png'), picture)
  await writeFile(
    join(spool, 'speech_1.wav'),
    await media.content({ filename: 'speech_1.wav', bytes: 2 }),
  )
  const input = join(folders.input, 'k1')
  await symlink(join(spool, 'face.png'), join(input, 'link_out.png'))
  await symlink(join(input, 'face.png'), join(input, 'link_in.png'))
  await link(join(spool, 'face.png'), join(input, 'hard.png'))
}

function addTinyModels(info: ObjectInfo): void {
  for (const [className, input, name] of TINY_MODELS) {
    const options = info[className]?.input.required?.[input]?.[0]
    if (Array.isArray(options)) options.push(name)
  }
}
