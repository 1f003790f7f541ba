// The HTTP side: the answer of each route, as one table. `/api/...` is the same as without, except for the jobs.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer } from './answers.ts'
import { findJob, listJobs } from './jobs.ts'
import type { Life } from './life.ts'
import { parseMultipart } from './multipart.ts'
import { postPrompt } from './post-prompt.ts'
import { toTuple } from './prompt-queue.ts'
import type { Setup } from './setup.ts'
import { systemStats } from './system-stats.ts'
import { storeUpload } from './uploads.ts'
import { viewFile } from './view.ts'

export interface Call {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly answer: Answer
  readonly query: URLSearchParams
  /** The part of the path that matches the route's `*`. */
  readonly parameter: string
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string>>
  readonly setup: Setup
  readonly life: Life
}

type Route = (call: Call) => void

const JOB_ROUTES: Readonly<Record<string, Route>> = {
  'GET /api/jobs': ({ answer, life, query }) => answer.json(listJobs(life.queue, query)),
  'GET /api/jobs/*': ({ answer, life, parameter, setup }) => {
    const job = findJob(life.queue, parameter, setup.traits.countsPreviews)
    if (job === null) answer.json({ error: 'Job not found' }, 404)
    else answer.json(job)
  },
  'POST /api/jobs/*/cancel': ({ answer, life, parameter }) => {
    const isPending = life.queue.pending.some((prompt) => prompt.id === parameter)
    if (isPending) life.queue.deletePending(parameter)
    answer.json({ cancelled: isPending || life.interrupt(parameter) })
  },
}

const ROUTES: Readonly<Record<string, Route>> = {
  'GET /': ({ answer }) =>
    answer.canned({ status: 200, contentType: 'text/html', body: STUB_PAGE }),
  'GET /system_stats': ({ answer, setup }) => answer.json(systemStats(setup)),
  'GET /features': ({ answer, life }) => answer.json(life.features),
  'GET /object_info': ({ answer, setup }) => answer.json(setup.info),
  'GET /object_info/*': ({ answer, setup, parameter }) => {
    const info = setup.info[parameter]
    answer.json(info === undefined ? {} : { [parameter]: info })
  },
  'GET /models/*': ({ answer, setup, parameter }) => {
    const [className, input] = MODEL_FOLDERS[parameter] ?? []
    const spec = setup.info[className ?? '']?.input.required?.[input ?? '']
    if (spec === undefined) answer.empty(404)
    else answer.json(spec[0])
  },
  'GET /queue': ({ answer, life: { queue } }) =>
    answer.json({
      queue_running: queue.running === null ? [] : [toTuple(queue.running)],
      queue_pending: queue.pending.map(toTuple),
    }),
  'POST /queue': ({ answer, life: { queue }, body }) => {
    const json = parseJson(body)
    if (json.clear === true) queue.clearPending()
    for (const id of textList(json.delete)) queue.deletePending(id)
    answer.empty()
  },
  'GET /prompt': ({ answer, life }) =>
    answer.json({ exec_info: { queue_remaining: life.queue.remaining } }),
  'POST /prompt': ({ answer, life, setup, body }) => {
    const { status, json } = postPrompt(parseJson(body), setup, life)
    answer.json(json, status)
  },
  'GET /history': ({ answer, life, query }) => answer.json(historyPage(life, query)),
  'GET /history/*': ({ answer, life, parameter }) => {
    const entry = life.queue.history.get(parameter)
    answer.json(entry === undefined ? {} : { [parameter]: entry })
  },
  'POST /history': ({ answer, life: { queue }, body }) => {
    const json = parseJson(body)
    if (json.clear === true) queue.clearHistory()
    for (const id of textList(json.delete)) queue.deleteHistory(id)
    answer.empty()
  },
  'POST /interrupt': ({ answer, life, body }) => {
    const id = body.length === 0 ? undefined : parseJson(body).prompt_id
    life.interrupt(typeof id === 'string' && id !== '' ? id : null)
    answer.empty()
  },
  'POST /free': ({ answer, life, body }) => {
    if (parseJson(body).free_memory === true && life.queue.running === null) life.free()
    answer.empty()
  },
  'POST /upload/image': ({ answer, setup, request, body }) => {
    const parts = parseMultipart(request.headers['content-type'] ?? '', body) ?? []
    const { status, json } = storeUpload(parts, setup.folders)
    if (json === null) answer.empty(status)
    else answer.json(json)
  },
  'GET /view': ({ request, response, setup, headers }) => {
    const nosniff = setup.traits.securityHeaders ? { 'x-content-type-options': 'nosniff' } : {}
    viewFile(request, response, setup.folders, { ...headers, ...nosniff })
  },
  'GET /settings': ({ answer }) => answer.json({}),
  'GET /userdata': ({ answer }) => answer.text('Directory not found', 404),
  'GET /ws': ({ answer }) =>
    answer.text('No WebSocket UPGRADE hdr: None\n Can "Upgrade" only to "WebSocket".', 400),
}

const STUB_PAGE = '<!doctype html><title>stub</title>\n'

/** The input whose list is the content of a model folder. */
const MODEL_FOLDERS: Readonly<Record<string, readonly [className: string, input: string]>> = {
  vae: ['WanVideoVAELoader', 'model_name'],
  diffusion_models: ['WanVideoModelLoader', 'model'],
  loras: ['WanVideoLoraSelect', 'lora'],
  text_encoders: ['WanVideoTextEncodeCached', 'model_name'],
  clip_vision: ['CLIPVisionLoader', 'clip_name'],
  wav2vec2: ['Wav2VecModelLoader', 'model'],
}

/** Null: 404. */
export function findRoute(
  method: string,
  path: string,
  hasJobs: boolean,
): { readonly route: Route; readonly parameter: string } | null {
  const verb = method === 'HEAD' ? 'GET' : method
  const table = hasJobs ? { ...ROUTES, ...JOB_ROUTES } : ROUTES
  const plain = table[`${verb} ${path}`]
  if (plain !== undefined) return { route: plain, parameter: '' }
  const [, before, parameter = '', after = ''] =
    path.match(/^(\/api\/jobs|\/[a-z_]+)\/([^/]+)(\/cancel)?$/) ?? []
  const route = table[`${verb} ${before}/*${after}`]
  return route === undefined ? null : { route, parameter: decodeURIComponent(parameter) }
}

function historyPage(life: Life, query: URLSearchParams): unknown {
  const all = [...life.queue.history]
  const count = query.has('max_items') ? Number(query.get('max_items')) : all.length
  const offset = Number(query.get('offset') ?? -1)
  const start = offset < 0 ? Math.max(0, all.length - count) : offset
  return Object.fromEntries(all.slice(start, start + count))
}

/** @throws SyntaxError where the real server answers 500 */
export function parseJson(body: Buffer): Readonly<Record<string, unknown>> {
  const json: unknown = JSON.parse(body.toString('utf8'))
  if (typeof json !== 'object' || json === null) throw new SyntaxError('not an object')
  return json as Readonly<Record<string, unknown>>
}

function textList(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}
