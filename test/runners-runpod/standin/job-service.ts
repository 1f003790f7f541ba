// RunPod as its serverless workers see it: jobs are taken by a long poll, their progress and their end are told, canceled ones are
// asked for, and the worker shows that it lives. After RunPod's own package; a rule of the test may answer in its place.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export const WORKER = 'worker7'
export const KEY = 'rpa_0123456789'

export interface Told {
  readonly jobId: string
  readonly headers: IncomingMessage['headers']
  readonly query: string
  readonly body: Readonly<Record<string, unknown>>
}

export interface Asked {
  readonly route: 'take' | 'stop' | 'done' | 'ping'
  readonly query: URLSearchParams
  readonly body: string
}

/** A status in the service's place, or a connection that is cut; null lets the service answer. */
export type Rule = (asked: Asked) => number | 'cut' | null

const LONG_POLL_MS = 2000

export class JobService {
  /** Ends and progress, in order, as far as they were accepted. */
  readonly told: Told[] = []
  readonly asked: Asked[] = []
  readonly canceled = new Set<string>()
  rule: Rule = () => null
  readonly #waiting: { readonly id: string; readonly input: unknown }[] = []
  readonly #stops: string[] = []
  readonly #server = createServer((request, response) => void this.#answer(request, response))
  readonly #changes = new EventTarget()
  #jobs = 0

  static async open(): Promise<JobService> {
    const service = new JobService()
    service.#server.listen(0, '127.0.0.1')
    await once(service.#server, 'listening')
    return service
  }

  /** The variables that RunPod sets in a worker. */
  get environment(): Readonly<Record<string, string>> {
    const base = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v2/endpoint1`
    return {
      RUNPOD_WEBHOOK_GET_JOB: `${base}/job-take/$ID?gpu=NVIDIA+L4`,
      RUNPOD_WEBHOOK_POST_OUTPUT: `${base}/job-done/$RUNPOD_POD_ID/$ID?gpu=NVIDIA+L4`,
      RUNPOD_WEBHOOK_PING: `${base}/ping/$RUNPOD_POD_ID?gpu=NVIDIA+L4`,
      RUNPOD_PING_INTERVAL: '200',
      RUNPOD_AI_API_KEY: KEY,
      RUNPOD_POD_ID: WORKER,
      // As in every worker: the endpoint that it belongs to.
      RUNPOD_API_KEY: KEY,
      RUNPOD_ENDPOINT_ID: 'endpoint1',
    }
  }

  submit(input: unknown): string {
    this.#jobs += 1
    const id = `job-${this.#jobs}-u1`
    this.#waiting.push({ id, input })
    this.#changed()
    return id
  }

  cancel(id: string): void {
    this.canceled.add(id)
    this.#stops.push(id)
    this.#changed()
  }

  ends(jobId: string): readonly Told[] {
    return this.told.filter((one) => one.jobId === jobId && one.body.status !== 'IN_PROGRESS')
  }

  progress(jobId: string): readonly Told[] {
    return this.told.filter((one) => one.jobId === jobId && one.body.status === 'IN_PROGRESS')
  }

  /** @throws Error after 40 s */
  async until<Value>(look: () => Value | undefined | false): Promise<Value> {
    const deadline = AbortSignal.timeout(40_000)
    for (;;) {
      const value = look()
      if (value !== undefined && value !== false) return value
      deadline.throwIfAborted()
      await this.#change(1000)
    }
  }

  ended(jobId: string): Promise<Told> {
    return this.until(() => this.ends(jobId)[0])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://service')
    const body = await text(request).catch(() => '')
    const [, route, worker, jobId = ''] =
      /^\/v2\/endpoint1\/(?:job-)?(take|stop|done|ping)\/([^/]+)(?:\/([^/]+))?$/.exec(
        url.pathname,
      ) ?? []
    if (route === undefined) return void response.writeHead(404).end()
    if (worker !== WORKER || request.headers.authorization !== KEY) {
      return void response.writeHead(401).end()
    }
    const asked = { route, query: url.searchParams, body } as Asked
    this.asked.push(asked)
    this.#changed()
    const ruled = this.rule(asked)
    if (ruled === 'cut') return void request.socket.destroy()
    if (ruled !== null) return void response.writeHead(ruled).end('{}')
    if (route === 'done') {
      const told = { jobId, headers: request.headers, query: url.search, body: JSON.parse(body) }
      this.told.push(told)
      this.#changed()
    }
    if (route === 'ping' || route === 'done') return void response.end('{}')
    const news = await this.#longPoll(response, () => {
      if (route === 'take') return this.#waiting.shift()
      return this.#stops.length > 0 ? { jobsToStop: this.#stops.splice(0) } : undefined
    })
    if (news === undefined) return void response.writeHead(204).end()
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(news))
  }

  /** A closed connection gets no job: a job sent to nobody would be lost. */
  async #longPoll<News>(response: ServerResponse, look: () => News | undefined) {
    const endMs = performance.now() + LONG_POLL_MS
    while (!response.destroyed && performance.now() < endMs) {
      const news = look()
      if (news !== undefined) return news
      await this.#change(endMs - performance.now())
    }
    return undefined
  }

  #changed(): void {
    this.#changes.dispatchEvent(new Event('change'))
  }

  async #change(timeoutMs: number): Promise<void> {
    const signal = AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs)))
    await new Promise<void>((done) => {
      this.#changes.addEventListener('change', () => done(), { once: true, signal })
      signal.addEventListener('abort', () => done(), { once: true })
    })
  }
}
