// The tasks of a stand-in for beta9: claimed by containers, kept by their heartbeats, delivered again when those stop, ended by time,
// by cancellation or by whoever has them. Times are short; the rules are the dispatcher's.

export type LiveStatus =
  | 'PENDING'
  | 'RUNNING'
  | 'RETRY'
  | 'COMPLETE'
  | 'ERROR'
  | 'CANCELLED'
  | 'TIMEOUT'
  | 'EXPIRED'

export interface LiveTask {
  readonly id: string
  readonly kwargs: Readonly<Record<string, unknown>>
  readonly createdAtMs: number
  status: LiveStatus
  /** Every state it had, in order. */
  readonly history: LiveStatus[]
  /** Of the container that has it. */
  container: string | null
  heardAtMs: number
  runningSinceMs: number
  retries: number
  /** How often an end of it was told, and taken. */
  completes: number
  result: unknown
  duration: number
}

export interface QueueRules {
  readonly heartbeatMs: number
  readonly maxRetries: number
  readonly maxPending: number
  /** null: none. */
  readonly ttlMs: number | null
  readonly timeoutMs: number | null
}

export const QUEUE_RULES: QueueRules = {
  heartbeatMs: 1500,
  maxRetries: 3,
  maxPending: 100,
  ttlMs: null,
  timeoutMs: null,
}

const TERMINAL: ReadonlySet<LiveStatus> = new Set([
  'COMPLETE',
  'ERROR',
  'CANCELLED',
  'TIMEOUT',
  'EXPIRED',
])
const TICK_MS = 40

export class LiveTasks implements Disposable {
  rules: QueueRules
  readonly #tasks = new Map<string, LiveTask>()
  readonly #listeners = new Set<(task: LiveTask) => void>()
  readonly #timer: NodeJS.Timeout

  constructor(rules: QueueRules) {
    this.rules = rules
    this.#timer = setInterval(() => this.#tick(), TICK_MS)
  }

  get all(): readonly LiveTask[] {
    return [...this.#tasks.values()]
  }

  get(id: string): LiveTask | null {
    return this.#tasks.get(id) ?? null
  }

  /** null when the queue is full. */
  put(kwargs: Readonly<Record<string, unknown>>): LiveTask | null {
    const waiting = this.all.filter(({ status }) => status === 'PENDING' || status === 'RETRY')
    if (waiting.length >= this.rules.maxPending) return null
    const now = Date.now()
    const task: LiveTask = {
      id: crypto.randomUUID(),
      kwargs,
      createdAtMs: now,
      status: 'PENDING',
      history: ['PENDING'],
      container: null,
      heardAtMs: now,
      runningSinceMs: now,
      retries: 0,
      completes: 0,
      result: null,
      duration: 0,
    }
    this.#tasks.set(task.id, task)
    return task
  }

  /** The one that has waited longest; it counts as running from now on. */
  claim(container: string): LiveTask | null {
    const task = this.all.find(({ status }) => status === 'PENDING' || status === 'RETRY')
    if (task === undefined) return null
    const now = Date.now()
    Object.assign(task, { container, heardAtMs: now, runningSinceMs: now })
    this.move(task, 'RUNNING')
    return task
  }

  isHeldBy(task: LiveTask, container: string): boolean {
    return task.container === container && task.status === 'RUNNING'
  }

  hear(task: LiveTask): void {
    task.heardAtMs = Date.now()
  }

  /** What a runner says of the end overrules what was there, as in beta9. */
  complete(task: LiveTask, status: string, result: unknown, duration: number): void {
    task.completes += 1
    Object.assign(task, { result, duration })
    if (status === 'RETRY') this.#deliverAgain(task)
    else this.move(task, status as LiveStatus)
  }

  cancel(task: LiveTask): void {
    if (!TERMINAL.has(task.status)) this.move(task, 'CANCELLED')
  }

  move(task: LiveTask, status: LiveStatus): void {
    task.status = status
    task.history.push(status)
    for (const listener of this.#listeners) listener(task)
  }

  listen(listener: (task: LiveTask) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }

  #deliverAgain(task: LiveTask): void {
    task.container = null
    task.retries += 1
    this.move(task, task.retries > this.rules.maxRetries ? 'ERROR' : 'RETRY')
  }

  #tick(): void {
    const now = Date.now()
    const { heartbeatMs, ttlMs, timeoutMs } = this.rules
    for (const task of this.all) {
      if (task.status === 'PENDING' && ttlMs !== null && now - task.createdAtMs > ttlMs) {
        this.move(task, 'EXPIRED')
      }
      if (task.status !== 'RUNNING') continue
      if (timeoutMs !== null && now - task.runningSinceMs > timeoutMs) this.move(task, 'TIMEOUT')
      else if (now - task.heardAtMs > heartbeatMs) this.#deliverAgain(task)
    }
  }
}

export function hasEnded({ status }: LiveTask): boolean {
  return TERMINAL.has(status)
}
