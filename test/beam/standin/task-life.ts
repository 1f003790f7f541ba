// The life of one task at a stand-in: it waits, runs and ends by itself, or as a test directs. Undirected steps take milliseconds.

export interface StandInTask {
  readonly id: string
  readonly createdAt: Date
  startedAt: Date | null
  endedAt: Date | null
  /** The request as it was sent. */
  readonly body: Readonly<Record<string, unknown>>
  status: string
  reason: string
  result: unknown
  hasOutputs: boolean
  /** How often a machine has started it. */
  starts: number
}

/** The states that a task goes through by itself, each after its time. */
export type Script = readonly (readonly [status: string, afterMs: number])[]

export class TaskRunner {
  readonly tasks = new Map<string, StandInTask>()
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #isTerminal: (status: string) => boolean
  readonly #onChange = new Set<(task: StandInTask) => void>()
  #scriptOf: (task: StandInTask) => Script

  constructor(isTerminal: (status: string) => boolean, scriptOf: (task: StandInTask) => Script) {
    this.#isTerminal = isTerminal
    this.#scriptOf = scriptOf
  }

  /** For tasks that arrive from now on. */
  setScript(script: Script): void {
    this.#scriptOf = () => script
  }

  begin(status: string, body: Readonly<Record<string, unknown>>): StandInTask {
    const task: StandInTask = {
      id: crypto.randomUUID(),
      createdAt: new Date(),
      startedAt: null,
      endedAt: null,
      body,
      status,
      reason: '',
      result: null,
      hasOutputs: true,
      starts: 0,
    }
    this.tasks.set(task.id, task)
    this.#play(task, this.#scriptOf(task))
    return task
  }

  /** Rejected once the task has ended, as a queue does. */
  move(task: StandInTask, status: string): boolean {
    if (this.#isTerminal(task.status)) return false
    task.status = status
    if (/^(RUNNING|IN_PROGRESS)$/.test(status)) {
      task.starts += 1
      task.startedAt ??= new Date()
    }
    if (this.#isTerminal(status)) task.endedAt = new Date()
    for (const listener of this.#onChange) listener(task)
    return true
  }

  listen(listener: (task: StandInTask) => void): () => void {
    this.#onChange.add(listener)
    return () => this.#onChange.delete(listener)
  }

  isTerminal(task: StandInTask): boolean {
    return this.#isTerminal(task.status)
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer)
  }

  #play(task: StandInTask, [next, ...rest]: Script): void {
    if (next === undefined) return
    const [status, afterMs] = next
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      if (this.move(task, status)) this.#play(task, rest)
    }, afterMs)
    this.#timers.add(timer)
  }
}
