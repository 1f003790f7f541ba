// A stand-in for one serverless endpoint of RunPod: /run, /status, /cancel and /health, its states, and the video as base64 in the
// answer, as its handlers send it.
import { createGenerationRequestParser } from '@infinitetalk/contract'
import { DEFAULT_LIMITS } from '../../../src/domain/limits.ts'
import { type Script, type StandInTask, TaskRunner } from './task-life.ts'
import { json, type WebAnswer, type WebRequest, WebStand } from './web-stand.ts'

export interface RunpodFaults {
  answersLost?: number
  tooMany?: number
}

export interface RunpodOptions {
  readonly video: Buffer
  readonly script?: Script
  readonly faults?: RunpodFaults
}

export const RUNPOD_KEY = 'runpod-key-of-the-tests'
export const RUNPOD_ENDPOINT = 'talk-endpoint'
const TERMINAL: ReadonlySet<string> = new Set(['COMPLETED', 'FAILED', 'CANCELLED', 'TIMED_OUT'])
const QUICK: Script = [
  ['IN_PROGRESS', 20],
  ['COMPLETED', 40],
]
const parseRequest = createGenerationRequestParser(DEFAULT_LIMITS)

export class RunpodApi implements AsyncDisposable {
  readonly faults: RunpodFaults
  readonly #video: Buffer
  readonly #runner: TaskRunner
  #web: WebStand | null = null

  private constructor({ video, script = QUICK, faults = {} }: RunpodOptions) {
    this.faults = faults
    this.#video = video
    this.#runner = new TaskRunner(
      (status) => TERMINAL.has(status),
      () => script,
    )
  }

  static async open(options: RunpodOptions): Promise<RunpodApi> {
    const api = new RunpodApi(options)
    api.#web = await WebStand.open((request) => api.#handle(request))
    return api
  }

  get web(): WebStand {
    return this.#web!
  }

  get env(): Readonly<Record<string, string>> {
    return {
      RUNPOD_API_KEY: RUNPOD_KEY,
      RUNPOD_ENDPOINT_ID: RUNPOD_ENDPOINT,
      RUNPOD_URL: `${this.web.url}/v2`,
      INFINITETALK_ENGINE: 'runpod',
    }
  }

  get jobs(): readonly StandInTask[] {
    return [...this.#runner.tasks.values()]
  }

  end(job: StandInTask, status: string, reason: string): void {
    job.reason = reason
    this.#runner.move(job, status)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#runner.close()
    await this.web.goAway()
  }

  #handle(request: WebRequest): WebAnswer {
    const { method, path, headers } = request
    if (headers.authorization !== `Bearer ${RUNPOD_KEY}`) return json(401, {})
    const [, verb, id = ''] =
      new RegExp(`^/v2/${RUNPOD_ENDPOINT}/([a-z]+)(?:/(.+))?$`).exec(path) ?? []
    if (verb === 'health') return json(200, { jobs: {}, workers: { idle: 1 } })
    if (verb === 'run' && method === 'POST') return this.#run(request)
    const job = this.#runner.tasks.get(id)
    if (job === undefined) return json(404, { error: 'job not found' })
    if (verb === 'cancel' && method === 'POST') this.#runner.move(job, 'CANCELLED')
    return json(200, this.#present(job))
  }

  #run({ body }: WebRequest): WebAnswer {
    if (this.faults.tooMany !== undefined && this.faults.tooMany > 0) {
      this.faults.tooMany -= 1
      return json(429, { error: 'too many requests' })
    }
    const { input } = JSON.parse(body.toString()) as { input: Record<string, unknown> }
    const job = this.#runner.begin('IN_QUEUE', input)
    const accepted = parseRequest(input)
    if (!accepted.ok) {
      job.reason = JSON.stringify(accepted.problems)
      this.#runner.move(job, 'FAILED')
    }
    if (this.faults.answersLost !== undefined && this.faults.answersLost > 0) {
      this.faults.answersLost -= 1
      return 'lost'
    }
    return json(200, { id: job.id, status: 'IN_QUEUE' })
  }

  #present(job: StandInTask): Readonly<Record<string, unknown>> {
    const isDone = job.status === 'COMPLETED'
    return {
      id: job.id,
      status: job.status,
      ...(job.starts === 0 ? {} : { workerId: 'w1', delayTime: 1 }),
      ...(job.status === 'FAILED' ? { error: job.reason } : {}),
      ...(isDone ? { output: job.result ?? { video: this.#video.toString('base64') } } : {}),
    }
  }
}
