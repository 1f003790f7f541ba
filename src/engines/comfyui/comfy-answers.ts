// The answers of ComfyUI as plain types. They are checked, because a proxy, a fork or a custom node may have answered instead.
import { isRecord } from '@infinitetalk/contract/plain'
import type { BackendGpu } from '../../domain/backend-status.ts'
import { AppError } from '../../domain/errors.ts'
import type { ComfyAnswer } from './comfy-request.ts'
import { explainAnswer } from './explain-answer.ts'

export interface SystemStats {
  /** null where the server does not say it. */
  readonly version: string | null
  /** The whole answer: memory, devices, command line. */
  readonly json: Readonly<Record<string, unknown>>
}

/** A prompt that waits or runs. */
export interface QueuedPrompt {
  readonly id: string
  /** The graph that was sent, as ComfyUI keeps it. */
  readonly graph: unknown
}

export interface Queue {
  readonly running: readonly QueuedPrompt[]
  /** The next one first. */
  readonly pending: readonly QueuedPrompt[]
}

/** A prompt that has ended. */
export interface HistoryEntry {
  readonly succeeded: boolean
  /** By node id; may hold something after an error too. */
  readonly outputs: Readonly<Record<string, unknown>>
  /** Pairs of a type and its data, the last one last. */
  readonly messages: readonly (readonly [string, unknown])[]
  readonly graph: unknown
  /** Why it did not succeed, where the messages do not say it. */
  readonly failure?: AppError
}

export type PromptPlace =
  | { readonly state: 'pending' | 'running'; readonly graph: unknown }
  | { readonly state: 'ended'; readonly entry: HistoryEntry; readonly graph: unknown }
  /** Seen once this means nothing: the prompt may be on its way from the queue to the history. */
  | { readonly state: 'nowhere' }

/** @throws AppError for every status but 200, and for what is not JSON */
export function jsonOf(answer: ComfyAnswer): unknown {
  const { status, contentType, text } = answer
  if (status !== 200) throw explainAnswer(status, contentType, text)
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    const isPage = /html/i.test(contentType ?? '') || text.trimStart().startsWith('<')
    const what = isPage ? 'a web page' : 'no JSON'
    const detail = `What answers at the address of ComfyUI is not ComfyUI (${what}).`
    throw new AppError('engine_unreachable', detail, { cause })
  }
}

export function parseSystemStats(json: unknown): SystemStats {
  if (!isRecord(json) || !isRecord(json.system) || !Array.isArray(json.devices)) {
    throw notComfyui('GET /system_stats')
  }
  const version = json.system.comfyui_version
  return { version: typeof version === 'string' ? version : null, json }
}

/** The one that it renders on: ComfyUI names it first. */
export function gpuOf({ json }: SystemStats): BackendGpu | null {
  const [device] = json.devices as readonly unknown[]
  if (!isRecord(device) || typeof device.name !== 'string') return null
  const bytes = (value: unknown): number | null =>
    typeof value === 'number' && value >= 0 ? value : null
  return {
    // ComfyUI says `cuda:0 NVIDIA GeForce RTX 4090 : cudaMallocAsync`.
    name: device.name.replace(/^cuda:\d+ /, '').replace(/ : \w+$/, ''),
    vramTotalBytes: bytes(device.vram_total),
    vramFreeBytes: bytes(device.vram_free),
  }
}

export function parseQueue(json: unknown): Queue {
  if (!isRecord(json)) throw notComfyui('GET /queue')
  const { queue_running, queue_pending } = json
  if (!Array.isArray(queue_running) || !Array.isArray(queue_pending)) throw notComfyui('GET /queue')
  const pending = queue_pending.toSorted((a, b) => orderOf(a) - orderOf(b))
  return { running: queue_running.flatMap(parsePrompt), pending: pending.flatMap(parsePrompt) }
}

/** null when ComfyUI does not know the id, or the prompt has not ended. */
export function parseHistory(json: unknown, id: string): HistoryEntry | null {
  if (!isRecord(json)) throw notComfyui('GET /history')
  const entry = json[id]
  if (!isRecord(entry)) return null
  const status = isRecord(entry.status) ? entry.status : {}
  const messages: readonly unknown[] = Array.isArray(status.messages) ? status.messages : []
  return {
    succeeded: status.status_str === 'success',
    outputs: isRecord(entry.outputs) ? entry.outputs : {},
    messages: messages.flatMap((message) =>
      Array.isArray(message) && typeof message[0] === 'string'
        ? [[message[0], message[1]] as const]
        : [],
    ),
    graph: parsePrompt(entry.prompt)[0]?.graph,
  }
}

/** `[number, id, graph, extra_data, outputs]`; newer versions append to it. */
function parsePrompt(item: unknown): readonly QueuedPrompt[] {
  if (!Array.isArray(item) || typeof item[1] !== 'string') return []
  return [{ id: item[1], graph: item[2] }]
}

/** The lowest number is next. */
function orderOf(item: unknown): number {
  return Array.isArray(item) && typeof item[0] === 'number' ? item[0] : 0
}

function notComfyui(what: string): AppError {
  const detail = `What answers at the address of ComfyUI is not ComfyUI: its answer to ${what} has another shape.`
  return new AppError('engine_unreachable', detail)
}
