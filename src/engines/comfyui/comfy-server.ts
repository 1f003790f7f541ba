// ComfyUI over HTTP: the requests of the engine, as functions.
import { isRecord } from '@infinitetalk/contract/plain'
import type { ComfyAddress } from './comfy-address.ts'
import {
  type HistoryEntry,
  jsonOf,
  parseHistory,
  parseQueue,
  parseSystemStats,
  type Queue,
} from './comfy-answers.ts'
import type { ComfyApi, PromptRequest } from './comfy-api.ts'
import { ask } from './comfy-request.ts'
import { downloadOutput, outputBytes } from './download-output.ts'
import { explainRejection } from './explain-failure.ts'
import { findOnServer } from './find-prompt.ts'
import { ProgressSocket } from './progress-socket.ts'
import { submitPrompt } from './submit-prompt.ts'
import { emptyOutput, uploadInput } from './upload-input.ts'

export interface ComfyServer extends ComfyApi {
  objectInfo: NonNullable<ComfyApi['objectInfo']>
  queue(signal: AbortSignal): Promise<Queue>
  /** null when ComfyUI does not know the id, or the prompt has not ended. */
  history(id: string, signal: AbortSignal): Promise<HistoryEntry | null>
}

/** The answer to a GET of all nodes takes a server with many packs long to make. */
const OBJECT_INFO_MS = 120_000
/** The nodes of a graph are validated while the request waits; files are opened for it. */
const SUBMIT_MS = 60_000

export function createComfyApi(address: ComfyAddress): ComfyServer {
  const get = async (path: string, signal: AbortSignal, timeoutMs?: number): Promise<unknown> =>
    jsonOf(await ask(address, { path, signal, ...(timeoutMs === undefined ? {} : { timeoutMs }) }))
  const post = async (path: string, json: unknown, signal: AbortSignal): Promise<void> => {
    const { status, contentType, text } = await ask(address, jsonRequest(path, json, signal))
    if (status !== 200) throw explainRejection(status, contentType, text, null)
  }
  const queue = async (signal: AbortSignal): Promise<Queue> =>
    parseQueue(await get('/queue', signal))
  const history = async (id: string, signal: AbortSignal): Promise<HistoryEntry | null> =>
    parseHistory(await get(`/history/${encodeURIComponent(id)}`, signal), id)
  const find: ComfyApi['find'] = (id, signal) => findOnServer({ queue, history }, id, signal)
  const stop: ComfyApi['stop'] = async (id, { state }, signal) => {
    if (state === 'pending') await post('/queue', { delete: [id] }, signal)
    // By its id, so that nobody else's is interrupted. It takes effect at the next step.
    if (state === 'running') await post('/interrupt', { prompt_id: id }, signal)
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
    inputOf: async ({ filename, subfolder, type }) =>
      `${subfolder === '' ? '' : `${subfolder}/`}${filename} [${type}]`,
    async handOver(request, times, signal) {
      const send = (): Promise<void> => submit(address, request, signal)
      await submitPrompt({ send, find, stop }, request.promptId, times, signal)
      return request.promptId
    },
    ...{ find, stop, queue, history },
    openProgress: (options) => new ProgressSocket({ address, ...options }),
    download: (download) => downloadOutput(address, download),
    outputBytes: (file, signal) => outputBytes(address, file, signal),
    emptyOutput: (file, signal) => emptyOutput(address, file, signal),
    deleteHistory: (id, signal) => post('/history', { delete: [id] }, signal),
    free: (signal) => post('/free', { unload_models: true, free_memory: true }, signal),
  }
}

/** @throws AppError also when ComfyUI takes the graph but not all of it: then it is in the queue nevertheless */
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
