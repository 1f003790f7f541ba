// A stand-in for a whole beta9: the REST interface that clients and runners see, the task queue behind it over gRPC, and an endpoint
// that is forwarded to its container. It keeps its ports and its tasks when it goes away and comes back.
import { createHmac } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { type ClientRequest, request as httpRequest } from 'node:http'
import { join } from 'node:path'
import type { Server } from '@grpc/grpc-js'
import { expect } from 'vitest'
import { type VolumeFaults, VolumeStore } from '../../beam/standin/volume-store.ts'
import { json, type WebAnswer, type WebRequest, WebStand } from '../../beam/standin/web-stand.ts'
import { CLIENT_TOKEN, WORKSPACE } from '../../beam/standin/workspace.ts'
import { hasEnded, type LiveTask, LiveTasks, QUEUE_RULES, type QueueRules } from './live-task.ts'
import { createQueueServer, type QueueFaults, serverCredentials } from './queue-service.ts'

export interface GatewayOptions {
  readonly rules?: Partial<QueueRules>
  /** Where its containers leave their outputs. */
  readonly outputsFolder: string
  /** Without it one endpoint and one queue are there, and containers are started by hand. */
  readonly fleet?: Fleet
}

/** What was deployed, and the containers that it is scaled to. */
export interface Fleet {
  /** At the same address: whatever is not about tasks. */
  answer(request: WebRequest): WebAnswer
  /** @returns null when no such thing is deployed; else once a container of it was started */
  scale(kind: StubKind): Promise<void> | null
}

export type StubKind = 'endpoint' | 'taskqueue'

export interface GatewayFaults extends QueueFaults, VolumeFaults {
  /** Signatures that are refused. */
  signsRefused?: number
  /** Bookkeeping of endpoints that fails. */
  startsRefused?: number
}

/** What was said of a task of an endpoint. */
export interface EndpointNews {
  readonly what: 'start' | 'end'
  readonly taskId: string
  readonly status: string | null
}

export const CONTAINER_TOKEN = 'token-of-a-container'
export const SIGNING_KEY = 'sk_of_the_tests'
export const QUEUE = 'infinitetalk-queue'
export const ENDPOINT = 'infinitetalk'
export const STUB = 'stub-of-the-tests'

const START_FIELDS = ['container_id', 'task_id']
const END_FIELDS = [
  'container_hostname',
  'container_id',
  'keep_warm_seconds',
  'task_duration',
  'task_id',
  'task_status',
]

export class LiveGateway implements AsyncDisposable {
  readonly faults: GatewayFaults = {}
  readonly tasks: LiveTasks
  readonly endpointNews: EndpointNews[] = []
  readonly outputsFolder: string
  readonly volume = new VolumeStore(() => this.url, this.faults)
  readonly #fleet: Fleet | null
  #web: WebStand | null = null
  #grpc: Server | null = null
  #grpcPort = 0
  /** Where the container of the endpoint listens. */
  endpointPort: number | null = null
  /** What a call may take, from here to its answer; beta9 leaves 600 s at most. */
  endpointMs = 600_000
  readonly #forwarded = new Set<ClientRequest>()
  /** Of the queue, by which its containers name it. */
  queueStubId = STUB

  private constructor({ rules = {}, outputsFolder, fleet }: GatewayOptions) {
    this.#fleet = fleet ?? null
    this.tasks = new LiveTasks({ ...QUEUE_RULES, ...rules })
    this.outputsFolder = outputsFolder
  }

  static async open(options: GatewayOptions): Promise<LiveGateway> {
    const gateway = new LiveGateway(options)
    gateway.#web = await WebStand.open((request) => gateway.#handle(request))
    await gateway.#openQueue()
    return gateway
  }

  get url(): string {
    return this.#web!.url
  }

  get port(): number {
    return Number(new URL(this.url).port)
  }

  get grpcPort(): number {
    return this.#grpcPort
  }

  async goAway(): Promise<void> {
    this.#grpc?.forceShutdown()
    this.#grpc = null
    for (const forwarded of this.#forwarded) forwarded.destroy()
    await this.#web!.goAway()
  }

  async comeBack(): Promise<void> {
    await this.#web!.comeBack()
    await this.#openQueue()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.tasks[Symbol.dispose]()
    await this.goAway()
  }

  /** Paths of the files that a task left, below its folder. */
  outputsOf({ id }: LiveTask): readonly string[] {
    return filesIn(join(this.outputsFolder, id))
  }

  async #openQueue(): Promise<void> {
    const { tasks, faults } = this
    const stubId = (): string => this.queueStubId
    const server = createQueueServer({ tasks, faults, token: CONTAINER_TOKEN, stubId })
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`127.0.0.1:${this.#grpcPort}`, serverCredentials(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      )
    })
    // Runners take such a port for one that speaks TLS.
    if (String(port).endsWith('443')) {
      server.forceShutdown()
      return this.#openQueue()
    }
    this.#grpcPort = port
    this.#grpc = server
  }

  #handle(request: WebRequest): WebAnswer {
    const { method, path, headers } = request
    if (path.startsWith('/store/')) return this.#store(request)
    const ofContainer = /^\/api\/v1\/gateway\/(tasks\/(?:start|end)|auth\/sign)$/.exec(path)?.[1]
    const token = ofContainer === undefined ? CLIENT_TOKEN : CONTAINER_TOKEN
    if (headers.authorization !== `Bearer ${token}`) return json(401, { message: 'Unauthorized' })
    if (ofContainer !== undefined) return this.#ofContainer(ofContainer, parse(request))
    if (method === 'POST' && names(path, 'taskqueue', QUEUE)) return this.#put(request)
    if (method === 'POST' && names(path, 'endpoint', ENDPOINT)) return this.#forward(request)
    if (path === '/api/v1/workspace/current') return json(200, { external_id: WORKSPACE })
    if (path === '/api/v1/gateway/tasks/stop') return this.#stop(request)
    const [, id, news] =
      new RegExp(`^/api/v1/task/${WORKSPACE}(?:/([^/]+))?(/subscribe)?$`).exec(path) ?? []
    if (id === undefined) {
      const data = this.tasks.all.map((task) => this.#present(task)).toReversed()
      if (path === `/api/v1/task/${WORKSPACE}`) return json(200, { data })
      const answer = this.#fleet?.answer(request) ?? this.volume.answer(request)
      return answer ?? json(404, { message: 'Not Found' })
    }
    const task = this.tasks.get(id)
    if (task === null) return json(404, { message: 'Not Found' })
    return news === undefined ? json(200, this.#present(task)) : this.#subscribe(request, task)
  }

  /** Whatever its size: that a runner cannot take it shows when one tries to. */
  #put(request: WebRequest): WebAnswer {
    const scaled = this.#fleet?.scale('taskqueue')
    if (scaled === null) return json(404, { message: 'Not Found' })
    const task = this.tasks.put(parse(request))
    return task === null
      ? json(429, { message: 'Too many tasks' })
      : json(200, { task_id: task.id })
  }

  #stop(request: WebRequest): WebAnswer {
    for (const id of parse(request).task_ids as readonly string[]) {
      const task = this.tasks.get(id)
      if (task === null) return json(200, { ok: false, errMsg: 'task not found' })
      this.tasks.cancel(task)
    }
    return json(200, { ok: true, errMsg: '' })
  }

  #ofContainer(what: string, body: Readonly<Record<string, unknown>>): WebAnswer {
    if (what === 'auth/sign') return this.#sign(body)
    expect(Object.keys(body).toSorted()).toEqual(what === 'tasks/end' ? END_FIELDS : START_FIELDS)
    expect(body.container_id).toMatch(/^container-/)
    if (what === 'tasks/start' && this.#takes('startsRefused')) return json(503, {})
    const isEnd = what === 'tasks/end'
    if (isEnd) {
      expect(body).toMatchObject({
        task_duration: expect.any(Number),
        keep_warm_seconds: expect.any(Number),
      })
      expect(['COMPLETE', 'ERROR', 'CANCELLED', 'TIMEOUT']).toContain(body.task_status)
    }
    this.endpointNews.push({
      what: isEnd ? 'end' : 'start',
      taskId: String(body.task_id),
      status: isEnd ? String(body.task_status) : null,
    })
    return json(200, { ok: true })
  }

  #sign({ payload, ...others }: Readonly<Record<string, unknown>>): WebAnswer {
    expect(others).toEqual({})
    expect(payload).toMatch(/^[A-Za-z0-9+/]+=*$/)
    if (this.#takes('signsRefused')) return json(200, { ok: false, errMsg: 'no signing key' })
    const timestamp = String(Math.floor(Date.now() / 1000))
    const signature = createHmac('sha256', SIGNING_KEY).update(`${payload}:${timestamp}`)
    return json(200, { ok: true, signature: signature.digest('hex'), timestamp })
  }

  #takes(name: 'signsRefused' | 'startsRefused'): boolean {
    const left = this.faults[name] ?? 0
    if (left > 0) this.faults[name] = left - 1
    return left > 0
  }

  /** As beta9 does it: `{args, kwargs}` in, the container's answer out as it is. */
  #forward(request: WebRequest): WebAnswer {
    const scaled = this.#fleet === null ? Promise.resolve() : this.#fleet.scale('endpoint')
    if (scaled === null) return json(404, { message: 'Not Found' })
    void scaled.then(() => this.#forwardNow(request))
    return 'streamed'
  }

  #forwardNow(request: WebRequest): void {
    const taskId = crypto.randomUUID()
    const body = JSON.stringify({ args: null, kwargs: parse(request) })
    // With what the caller sent to the gateway, his token included: it must not be in any log.
    const { authorization } = request.headers
    const headers = { 'content-type': 'application/json', 'x-task-id': taskId, authorization }
    const target = {
      port: this.endpointPort,
      host: '127.0.0.1',
      method: 'POST',
      path: '/',
      headers,
    }
    const { reply } = request
    const forwarded = httpRequest(target, (answer) => {
      reply.writeHead(answer.statusCode ?? 502, { ...answer.headers, 'x-task-id': taskId })
      answer.pipe(reply)
    })
    // A caller who hangs up ends nothing: only this clock does.
    const over = setTimeout(() => forwarded.destroy(), this.endpointMs)
    this.#forwarded.add(forwarded)
    forwarded.on('close', () => {
      clearTimeout(over)
      this.#forwarded.delete(forwarded)
    })
    forwarded.on('error', () => {
      if (reply.headersSent) return void reply.destroy()
      reply.writeHead(502, { 'content-type': 'application/json', 'x-task-id': taskId })
      reply.end(JSON.stringify({ error: 'Backend route unavailable' }))
    })
    forwarded.end(body)
  }

  #subscribe({ reply }: WebRequest, task: LiveTask): WebAnswer {
    reply.writeHead(200, { 'content-type': 'text/event-stream' })
    const say = (): void => {
      reply.write(`event: status\ndata: ${JSON.stringify(this.#present(task))}\n\n`)
      if (hasEnded(task)) reply.end()
    }
    const stop = this.tasks.listen((changed) => changed === task && say())
    reply.on('close', stop)
    say()
    return 'streamed'
  }

  #present(task: LiveTask): Readonly<Record<string, unknown>> {
    return {
      id: task.id,
      external_id: task.id,
      status: task.status,
      failure_reason: '',
      created_at: new Date(task.createdAtMs).toISOString(),
      deployment: { name: QUEUE },
      outputs: this.outputsOf(task).map((path) => ({
        name: path.split('/').at(-1),
        url: this.volume.sign(`${task.id}/${path}`),
        expires_in: 3600,
      })),
      result: task.result,
    }
  }

  /** What lies on the volume, and what tasks left. */
  #store(request: WebRequest): WebAnswer {
    const key = this.volume.open(request)
    if (typeof key !== 'string') return key
    const bytes = this.volume.files.get(key) ?? readFileSync(join(this.outputsFolder, key))
    return { bytes, cutAfter: null }
  }
}

/** The newest version of it, or one by its number. */
function names(path: string, kind: StubKind, name: string): boolean {
  return new RegExp(`^/${kind}/${name}(/latest|/v\\d+)?$`).test(path)
}

function parse({ body }: WebRequest): Readonly<Record<string, unknown>> {
  return JSON.parse(body.toString('utf8')) as Record<string, unknown>
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => statSync(join(folder, name)).isFile())
  } catch {
    return []
  }
}
