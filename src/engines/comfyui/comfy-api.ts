// ComfyUI over HTTP: the requests of the engine, as functions. Each has its own deadline, ends with the signal, and fails with an
// AppError: `engine_unreachable` when nothing answers, or something other than ComfyUI.
import { isRecord } from '@infinitetalk/contract/plain'
import type { Graph } from '../../workflow/graph.ts'
import type { OutputFile } from '../../workflow/outputs.ts'
import type { ComfyAddress } from './comfy-address.ts'
import {
  type HistoryEntry,
  jsonOf,
  parseHistory,
  parseQueue,
  parseSystemStats,
  type Queue,
  type SystemStats,
} from './comfy-answers.ts'
import { ask } from './comfy-request.ts'
import { downloadOutput, type OutputDownload, outputBytes } from './download-output.ts'
import { explainRejection } from './explain-failure.ts'
import { emptyOutput, type InputUpload, uploadInput } from './upload-input.ts'

export interface PromptRequest {
  readonly graph: Graph
  /** A UUID in small letters: newer versions refuse anything else. */
  readonly promptId: string
  /** The client whose socket receives the progress. */
  readonly clientId: string
  /** The sampler sends a small picture of its first frame at each step. */
  readonly previews?: boolean
}

export interface ComfyApi {
  readonly address: ComfyAddress
  systemStats(signal: AbortSignal, timeoutMs?: number): Promise<SystemStats>
  /** Definitions of nodes by class; all of them, which takes a server seconds, or only the named ones. */
  objectInfo(
    signal: AbortSignal,
    classes?: readonly string[],
  ): Promise<Readonly<Record<string, unknown>>>
  /** @returns how a node names the file */
  upload(upload: InputUpload): Promise<string>
  /** @throws AppError also when ComfyUI takes the graph but not all of it: then it is in the queue nevertheless */
  submit(request: PromptRequest, signal: AbortSignal): Promise<void>
  queue(signal: AbortSignal): Promise<Queue>
  /** null when ComfyUI does not know the id, or the prompt has not ended. */
  history(id: string, signal: AbortSignal): Promise<HistoryEntry | null>
  download(download: OutputDownload): Promise<{ readonly bytes: number }>
  /** The current length of a file that ComfyUI made; null when the server does not say. */
  outputBytes(file: OutputFile, signal: AbortSignal): Promise<number | null>
  /** Leaves nothing of an output but its name. */
  emptyOutput(file: OutputFile, signal: AbortSignal): Promise<void>
  /** Ends the prompt if it is the running one. It takes effect at the next step. */
  interrupt(id: string, signal: AbortSignal): Promise<void>
  /** Takes the prompt out of the queue if it has not begun. */
  deleteQueued(id: string, signal: AbortSignal): Promise<void>
  deleteHistory(id: string, signal: AbortSignal): Promise<void>
  /** Has ComfyUI give up its models and its cache once nothing runs. */
  free(signal: AbortSignal): Promise<void>
}

/** The answer to a GET of all nodes takes a server with many packs long to make. */
const OBJECT_INFO_MS = 120_000
/** The nodes of a graph are validated while the request waits; files are opened for it. */
const SUBMIT_MS = 60_000

export function createComfyApi(address: ComfyAddress): ComfyApi {
  const get = async (path: string, signal: AbortSignal, timeoutMs?: number): Promise<unknown> =>
    jsonOf(await ask(address, { path, signal, ...(timeoutMs === undefined ? {} : { timeoutMs }) }))
  const post = async (path: string, json: unknown, signal: AbortSignal): Promise<void> => {
    const { status, contentType, text } = await ask(address, jsonRequest(path, json, signal))
    if (status !== 200) throw explainRejection(status, contentType, text, null)
  }
  return {
    address,
    systemStats: async (signal, timeoutMs) =>
      parseSystemStats(await get('/system_stats', signal, timeoutMs)),
    async objectInfo(signal, classes) {
      if (classes === undefined) return asRecord(await get('/object_info', signal, OBJECT_INFO_MS))
      const answers: unknown[] = []
      for (const name of classes) {
        answers.push(await get(`/object_info/${encodeURIComponent(name)}`, signal))
      }
      return Object.assign({}, ...answers.map(asRecord)) as Readonly<Record<string, unknown>>
    },
    upload: (upload) => uploadInput(address, upload),
    submit: (request, signal) => submit(address, request, signal),
    queue: async (signal) => parseQueue(await get('/queue', signal)),
    history: async (id, signal) =>
      parseHistory(await get(`/history/${encodeURIComponent(id)}`, signal), id),
    download: (download) => downloadOutput(address, download),
    outputBytes: (file, signal) => outputBytes(address, file, signal),
    emptyOutput: (file, signal) => emptyOutput(address, file, signal),
    interrupt: (id, signal) => post('/interrupt', { prompt_id: id }, signal),
    deleteQueued: (id, signal) => post('/queue', { delete: [id] }, signal),
    deleteHistory: (id, signal) => post('/history', { delete: [id] }, signal),
    free: (signal) => post('/free', { unload_models: true, free_memory: true }, signal),
  }
}

async function submit(
  address: ComfyAddress,
  { graph, promptId, clientId, previews = false }: PromptRequest,
  signal: AbortSignal,
): Promise<void> {
  const json = {
    prompt: graph,
    prompt_id: promptId,
    client_id: clientId,
    // The cheapest method: a matrix instead of a decoder. Older versions do not know the option.
    extra_data: { preview_method: previews ? 'latent2rgb' : 'none' },
  }
  const request = { ...jsonRequest('/prompt', json, signal), timeoutMs: SUBMIT_MS }
  const { status, contentType, text } = await ask(address, request)
  const answer = status === 200 ? jsonOf({ status, contentType, text }) : null
  const errors = isRecord(answer) && isRecord(answer.node_errors) ? answer.node_errors : {}
  if (status !== 200 || Object.keys(errors).length > 0) {
    throw explainRejection(status, contentType, text, graph)
  }
}

function jsonRequest(path: string, json: unknown, signal: AbortSignal) {
  const headers = { 'content-type': 'application/json' }
  return { method: 'POST', path, headers, body: JSON.stringify(json), signal } as const
}

function asRecord(json: unknown): Readonly<Record<string, unknown>> {
  return isRecord(json) ? json : {}
}
