// A service of the Comfy API v2 made from its published specification, for what comfy-api-proxy cannot show: credits, deployments, expiry,
// signed links. It fails a request that the specification does not have, and checks each of its own answers against it.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Ajv } from 'ajv'
import sharp from 'sharp'
import { onTestFinished } from 'vitest'
import specification from '../../fixtures/comfy-api-v2.json' with { type: 'json' }
import { readBody } from '../standin/read-body.ts'

export interface Refused {
  readonly status: number
  readonly code: string
  readonly retryAfter?: number
}

export interface Behaviour {
  /** Answers to submissions, in their order; then jobs are taken. */
  refusals?: readonly Refused[]
  /** The answers of so many submissions that were taken are lost. */
  lostAnswers?: number
  /** The states that a job shows, one at each look; the last one stays. */
  states?: readonly string[]
  /** Whether jobs can be listed, as the proxy's can. */
  listsJobs?: boolean
  /** So many links to outputs have expired when they are used. */
  expiredLinks?: number
}

export interface SpecifiedServer {
  readonly url: string
  /** `POST /api/v2/jobs` as the specification names it, of every request. */
  readonly operations: readonly string[]
  readonly keys: readonly string[]
  /** Whether the key came along with requests for signed links. */
  readonly leakedKeys: number
  readonly canceled: readonly string[]
  readonly violations: readonly string[]
}

interface SpecifiedJob {
  readonly id: string
  readonly workflow: Readonly<Record<string, { readonly class_type: string }>>
  looks: number
  isCanceled: boolean
}

export const KEY = 'a-key-of-the-account'
const MAX_BODY_BYTES = 16 * 1024 * 1024
const FRAMES = 25
const SIDE = 256
const ajv = new Ajv({ strict: false })
ajv.addSchema(specification, 'spec')
const LATER = '2099-01-01T00:00:00Z'

export async function startSpecifiedServer(behaviour: Behaviour = {}): Promise<SpecifiedServer> {
  const seen = {
    ...{ operations: [] as string[], keys: [] as string[], canceled: [] as string[] },
    ...{ violations: [] as string[], leakedKeys: 0 },
  }
  const jobs = new Map<string, SpecifiedJob>()
  const refusals = [...(behaviour.refusals ?? [])]
  let lost = behaviour.lostAnswers ?? 0
  let expired = behaviour.expiredLinks ?? 0
  const storage = await listen(async (request, response) => {
    if (request.headers.authorization !== undefined) seen.leakedKeys += 1
    if (expired > 0) {
      expired -= 1
      response.writeHead(403).end()
      return
    }
    response.end(await greyPng(Number(/(\d+)\?/.exec(request.url ?? '')?.[1])))
  })
  const jobOf = (job: SpecifiedJob): unknown => {
    const { states = ['queued', 'running', 'succeeded'] } = behaviour
    const status = job.isCanceled ? 'canceled' : states[Math.min(job.looks, states.length - 1)]
    const [node] = Object.entries(job.workflow).find(
      ([, { class_type }]) => class_type === 'SaveImage',
    ) ?? ['']
    const outputs = Array.from({ length: status === 'succeeded' ? FRAMES : 0 }, (_, index) => ({
      ...{
        node_id: node,
        name: `frame_${index + 1}_.png`,
        type: 'image',
        content_type: 'image/png',
      },
      ...{ size_bytes: 0, id: `${job.id}.${index}`, hash: null, url_expires_at: LATER },
      url: `${storage}/signed/${index}?signature=secret`,
    }))
    const progress = status === 'running' ? { value: 0.5, nodes_done: 3, nodes_total: 9 } : null
    const self = `/api/v2/jobs/${job.id}`
    return {
      ...{ id: job.id, status, outputs, progress, created_at: LATER, expires_at: LATER },
      ...{ started_at: null, completed_at: null, queue_position: null, error: null },
      urls: { self, events: `${self}/events`, cancel: `${self}/cancel` },
    }
  }
  const assetOf = (id: string) => ({
    ...{ id, hash: null, size_bytes: 0, content_type: 'image/png', created_at: LATER },
    ...{ url: `${storage}/signed/${id}?signature=secret`, url_expires_at: LATER },
  })
  const refuse = (status: number, code: string) => ({
    status,
    json: { error: { code, message: code } },
  })
  const answer = async (
    operation: string,
    id: string,
    request: IncomingMessage,
  ): Promise<Answer> => {
    const { content } = await readBody(request, MAX_BODY_BYTES)
    const job = jobs.get(id)
    switch (operation) {
      case 'POST /api/v2/jobs': {
        seen.keys.push(String(request.headers['idempotency-key']))
        const refusal = refusals.shift()
        if (refusal !== undefined) {
          const headers = { 'retry-after': String(refusal.retryAfter ?? 0) }
          return { ...refuse(refusal.status, refusal.code), headers }
        }
        const { workflow } = JSON.parse(content.toString()) as SpecifiedJob
        const made = { id: crypto.randomUUID(), workflow, looks: 0, isCanceled: false }
        jobs.set(made.id, made)
        lost -= 1
        if (lost >= 0) request.socket.destroy()
        return { status: 201, json: jobOf(made) }
      }
      case 'GET /api/v2/jobs/{id}':
        if (job === undefined) return refuse(404, 'not_found')
        job.looks += 1
        return { status: 200, json: jobOf(job) }
      case 'GET /api/v2/jobs/{id}/workflow':
        if (job === undefined) return refuse(404, 'not_found')
        return { status: 200, json: { format: 'api', workflow: job.workflow } }
      case 'POST /api/v2/jobs/{id}/cancel':
        if (job === undefined) return refuse(404, 'not_found')
        seen.canceled.push(id)
        job.isCanceled = true
        return { status: 200, json: jobOf(job) }
      case 'GET /api/v2/jobs/{id}/events':
        return refuse(501, 'not_implemented')
      case 'POST /api/v2/assets/from-hash':
        return refuse(404, 'blob_not_found')
      case 'POST /api/v2/assets':
        return { status: 201, json: assetOf(crypto.randomUUID()) }
      case 'GET /api/v2/assets/{id}':
        return { status: 200, json: assetOf(id) }
      case 'DELETE /api/v2/assets/{id}':
        return { status: 204, json: null }
      default:
        return refuse(404, 'not_found')
    }
  }
  const url = await listen(async (request, response) => {
    const path = new URL(request.url ?? '', 'http://service').pathname
    const isList = request.method === 'GET' && path === '/api/v2/jobs'
    if (isList && behaviour.listsJobs === true) {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ jobs: [...jobs.values()].map(jobOf) }))
      return
    }
    const found = findOperation(String(request.method), path)
    if (found === null) {
      if (!isList) seen.violations.push(`${request.method} ${path} is not specified`)
      response.writeHead(404).end()
      return
    }
    seen.operations.push(found.operation)
    const isKnown = request.headers.authorization === `Bearer ${KEY}`
    const {
      status,
      json,
      headers = {},
    }: Answer = isKnown
      ? await answer(found.operation, found.id, request)
      : refuse(401, 'unauthorized')
    const wrong = whyUnspecified(found.operation, status, json)
    if (wrong !== null) seen.violations.push(wrong)
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(json === null ? '' : JSON.stringify(json))
  })
  return Object.assign(seen, { url })
}

/** No two frames are the same. */
function greyPng(number: number): Promise<Buffer> {
  const background = { r: 100 + number, g: 100, b: 100 }
  return sharp({ create: { width: SIDE, height: SIDE, channels: 3, background } })
    .png()
    .toBuffer()
}

interface Answer {
  readonly status: number
  readonly json: unknown
  readonly headers?: Readonly<Record<string, string>>
}

function findOperation(method: string, path: string) {
  for (const [template, operations] of Object.entries(specification.paths)) {
    const match = new RegExp(`^${template.replaceAll(/\{\w+\}/g, '([^/]+)')}$`).exec(path)
    if (match === null || !Object.hasOwn(operations, method.toLowerCase())) continue
    return { operation: `${method} ${template}`, id: match[1] ?? '' }
  }
  return null
}

/** Answers that are described together are kept beside the paths. */
function whyUnspecified(operation: string, status: number, json: unknown): string | null {
  const [method = '', path = ''] = operation.split(' ')
  const escaped = path.replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D')
  const paths = specification.paths as Readonly<Record<string, Readonly<Record<string, Operation>>>>
  const response = paths[path]?.[method.toLowerCase()]?.responses[status]
  if (response === undefined) return `${operation}: ${status} is not specified`
  if (json === null) return null
  const place = `/paths/${escaped}/${method.toLowerCase()}/responses/${status}`
  const at = response.$ref === undefined ? place : response.$ref.slice(1)
  const validate = ajv.compile({ $ref: `spec#${at}/content/application~1json/schema` })
  return validate(json) ? null : `${operation}: ${ajv.errorsText(validate.errors)}`
}

interface Operation {
  readonly responses: Readonly<Record<number, { readonly $ref?: string } | undefined>>
}

async function listen(
  handler: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<string> {
  const server = createServer((request, response) => void handler(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
