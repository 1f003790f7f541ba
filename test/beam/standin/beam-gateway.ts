// A stand-in for Beam's gateway: a deployed task queue and an endpoint, the task API with its pushed events, cancellation, a volume
// and its object store, and their faults. It checks submissions as the hub in the container would.
import { createHash } from 'node:crypto'
import { createGenerationRequestParser } from '@infinitetalk/contract'
import { DEFAULT_LIMITS } from '../../../src/domain/limits.ts'
import { type Script, type StandInTask, TaskRunner } from './task-life.ts'
import { type VolumeFaults, VolumeStore } from './volume-store.ts'
import { json, type WebAnswer, type WebRequest, WebStand } from './web-stand.ts'
import { CLIENT_TOKEN, WORKSPACE } from './workspace.ts'

/** Each number counts down: the fault happens that many times. */
export interface BeamFaults extends VolumeFaults {
  /** Submissions that are accepted, but whose answers are lost. */
  answersLost?: number
  /** Submissions whose connection breaks before anything is accepted. */
  submitsBroken?: number
  /** Submissions that are rejected because the queue is full. */
  queueFull?: number
  /** Links to outputs that have expired. */
  linksExpired?: number
  downloadsCut?: number
  /** Downloads with one wrong byte. */
  downloadsDamaged?: number
  /** The result has no digest. */
  withoutDigest?: boolean
  /** No events are pushed. */
  deaf?: boolean
  /** Cancellations without an effect. */
  cancelsIgnored?: number
  /** The gateway's answer in place of the endpoint's: it has lost the machine, or found none. */
  endpointStatus?: number
}

export interface BeamOptions {
  readonly video: Buffer
  readonly script?: Script
  readonly faults?: BeamFaults
}

export const BEAM_TOKEN = CLIENT_TOKEN
export const BEAM_QUEUE = 'talk'
export const BEAM_ENDPOINT = 'talk-now'
const TERMINAL: ReadonlySet<string> = new Set([
  'COMPLETE',
  'ERROR',
  'TIMEOUT',
  'EXPIRED',
  'CANCELLED',
])
const QUICK: Script = [
  ['RUNNING', 20],
  ['COMPLETE', 40],
]
const parseRequest = createGenerationRequestParser(DEFAULT_LIMITS)

export class BeamGateway implements AsyncDisposable {
  readonly faults: BeamFaults
  readonly #video: Buffer
  readonly #runner: TaskRunner
  readonly #volume: VolumeStore
  /** Tasks of the endpoint. */
  readonly #called = new Set<string>()
  #web: WebStand | null = null

  private constructor({ video, script = QUICK, faults = {} }: BeamOptions) {
    this.faults = faults
    this.#video = video
    this.#volume = new VolumeStore(() => this.web.url, faults)
    this.#runner = new TaskRunner(
      (status) => TERMINAL.has(status),
      () => script,
    )
  }

  static async open(options: BeamOptions): Promise<BeamGateway> {
    const gateway = new BeamGateway(options)
    gateway.#web = await WebStand.open((request) => gateway.#handle(request))
    return gateway
  }

  get web(): WebStand {
    return this.#web!
  }

  get env(): Readonly<Record<string, string>> {
    return { BEAM_TOKEN, BEAM_QUEUE, BEAM_GATEWAY_URL: this.web.url, INFINITETALK_ENGINE: 'beam' }
  }

  get tasks(): readonly StandInTask[] {
    return [...this.#runner.tasks.values()]
  }

  /** The files on the volume. */
  get files(): ReadonlyMap<string, Buffer> {
    return this.#volume.files
  }

  setScript(script: Script): void {
    this.#runner.setScript(script)
  }

  move(task: StandInTask, status: string): void {
    this.#runner.move(task, status)
  }

  forget(task: StandInTask): void {
    this.#runner.tasks.delete(task.id)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#runner.close()
    await this.web.goAway()
  }

  #handle(request: WebRequest): WebAnswer {
    const { method, path, headers } = request
    if (path.startsWith('/store/')) return this.#store(request)
    if (headers.authorization !== `Bearer ${BEAM_TOKEN}`) {
      return json(401, { message: 'Unauthorized' })
    }
    if (path === `/endpoint/${BEAM_ENDPOINT}` && method === 'POST') return this.#call(request)
    // The queue at a host of its own.
    if (path === '/' && method === 'POST') return this.#submit(request, BEAM_QUEUE)
    const [, verb, name] = /^\/(taskqueue)\/([^/]+)(\/latest|\/v\d+)?$/.exec(path) ?? []
    if (verb !== undefined && method === 'POST') return this.#submit(request, name ?? '')
    if (path === '/api/v1/workspace/current') {
      return json(200, { external_id: WORKSPACE, name: 'tests' })
    }
    if (path === '/api/v1/gateway/tasks/stop') return this.#stop(request)
    const task = new RegExp(`^/api/v1/task/${WORKSPACE}(?:/([^/]+))?(/subscribe)?$`).exec(path)
    if (task !== null && method === 'GET') {
      if (task[1] === undefined) return this.#list(request)
      return task[2] === undefined ? this.#tell(task[1]) : this.#subscribe(request, task[1])
    }
    return this.#volume.answer(request) ?? json(404, { message: 'Not Found' })
  }

  #takes(name: keyof BeamFaults): boolean {
    const left = this.faults[name]
    if (typeof left !== 'number' || left <= 0) return false
    Object.assign(this.faults, { [name]: left - 1 })
    return true
  }

  #submit({ body }: WebRequest, name: string): WebAnswer {
    if (name !== BEAM_QUEUE) return json(404, { message: 'Not Found' })
    if (this.#takes('queueFull')) return json(429, { message: 'Too many tasks' })
    if (this.#takes('submitsBroken')) return 'lost'
    const input = JSON.parse(body.toString()) as Record<string, unknown>
    const accepted = parseRequest(input)
    const task = this.#runner.begin('PENDING', input)
    if (!accepted.ok) {
      task.reason = JSON.stringify(accepted.problems)
      this.#runner.move(task, 'ERROR')
    }
    if (this.#takes('answersLost')) return 'lost'
    return json(200, { task_id: task.id })
  }

  /** The answer comes when the render ends; it does not end when its caller is gone. */
  #call({ body, reply }: WebRequest): WebAnswer {
    const { endpointStatus } = this.faults
    if (endpointStatus !== undefined)
      return json(endpointStatus, { error: 'Backend route unavailable' })
    const task = this.#runner.begin('PENDING', JSON.parse(body.toString()))
    this.#called.add(task.id)
    const answer = (): void => {
      if (!this.#runner.isTerminal(task)) return
      stop()
      const isDone = task.status === 'COMPLETE'
      const said = isDone ? { video: this.#video.toString('base64') } : { error: task.reason }
      reply.writeHead(isDone ? 200 : 500, { 'content-type': 'application/json' })
      reply.end(JSON.stringify(task.result ?? said))
    }
    const stop = this.#runner.listen(answer)
    return 'streamed'
  }

  #stop({ body }: WebRequest): WebAnswer {
    const { task_ids: ids } = JSON.parse(body.toString()) as { task_ids: string[] }
    const isIgnored = this.#takes('cancelsIgnored')
    for (const id of ids) {
      const task = this.#runner.tasks.get(id)
      if (task === undefined) return json(200, { ok: false, errMsg: 'task not found' })
      if (!isIgnored) this.#runner.move(task, 'CANCELLED')
    }
    return json(200, { ok: true, errMsg: '' })
  }

  #list({ query }: WebRequest): WebAnswer {
    const newest = this.tasks.toReversed().slice(0, Number(query.get('limit') ?? 10))
    return json(200, { data: newest.map((task) => this.#present(task)), next: '' })
  }

  #tell(id: string): WebAnswer {
    const task = this.#runner.tasks.get(id)
    if (task === undefined) return json(404, { message: 'Not Found' })
    return json(200, this.#present(task))
  }

  #subscribe({ reply }: WebRequest, id: string): WebAnswer {
    const task = this.#runner.tasks.get(id)
    if (task === undefined || this.faults.deaf) return json(404, { message: 'Not Found' })
    reply.writeHead(200, { 'content-type': 'text/event-stream' })
    const say = (): void => {
      reply.write(`event: status\ndata: ${JSON.stringify(this.#present(task))}\n\n`)
      if (this.#runner.isTerminal(task)) reply.end()
    }
    const stop = this.#runner.listen((changed) => {
      if (changed === task) say()
    })
    reply.on('close', stop)
    say()
    return 'streamed'
  }

  #present(task: StandInTask): Readonly<Record<string, unknown>> {
    const isDone = task.status === 'COMPLETE'
    const sha256 = createHash('sha256').update(this.#video).digest('hex')
    const result = { status: 'success', message: 'ok', filename: 'talk.mp4' }
    return {
      id: task.id,
      external_id: task.id,
      status: task.status,
      failure_reason: task.reason,
      created_at: task.createdAt.toISOString(),
      started_at: task.startedAt?.toISOString() ?? null,
      ended_at: task.endedAt?.toISOString() ?? null,
      deployment: { name: this.#called.has(task.id) ? BEAM_ENDPOINT : BEAM_QUEUE },
      stub: { name: 'taskqueue/deployment/app:queue' },
      outputs:
        isDone && task.hasOutputs
          ? [{ name: 'talk.mp4', url: this.#volume.sign('outputs/talk.mp4'), expires_in: 3600 }]
          : [],
      result:
        task.result ??
        (isDone ? (this.faults.withoutDigest ? result : { ...result, sha256 }) : null),
    }
  }

  #store(request: WebRequest): WebAnswer {
    const key = this.#volume.open(request)
    if (typeof key !== 'string') return key
    const bytes = key === 'outputs/talk.mp4' ? this.#video : this.#volume.files.get(key)
    if (bytes === undefined) return json(404, {})
    if (this.#takes('linksExpired')) return json(403, { message: 'Request has expired' })
    const cutAfter = this.#takes('downloadsCut') ? Math.floor(bytes.length / 2) : null
    return { bytes: this.#takes('downloadsDamaged') ? damaged(bytes) : bytes, cutAfter }
  }
}

function damaged(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1
  return copy
}
