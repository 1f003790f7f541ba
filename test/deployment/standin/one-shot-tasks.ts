// The one-shot containers of the stand-in: each is a task that waits, runs and ends as it was told, and prints two lines meanwhile.
import type { ServerResponse } from 'node:http'
import { json, type WebAnswer } from '../../beam/standin/web-stand.ts'
import { type DeploymentFaults, takes } from './deployment-faults.ts'

type Json = Readonly<Record<string, unknown>>

export interface Task {
  readonly id: string
  readonly stubId: string
  status: string
  reason: string
  looks: number
}

const TASK_LINES = ['wan2.1-i2v-14b: verified', 'all models are there']

export class OneShotTasks {
  readonly all: Task[] = []
  readonly #faults: DeploymentFaults
  readonly #nextId: () => string

  constructor(faults: DeploymentFaults, nextId: () => string) {
    this.#faults = faults
    this.#nextId = nextId
  }

  list(stubId: string | null): WebAnswer {
    const data = this.all.filter((task) => task.stubId === stubId).map(presentTask)
    return json(200, { data, next: '' })
  }

  run({ stub_id: stubId }: Json): WebAnswer {
    const task = {
      id: this.#nextId(),
      stubId: String(stubId),
      status: 'PENDING',
      reason: '',
      looks: 0,
    }
    this.all.push(task)
    return json(200, { ok: true, containerId: `pod-${stubId}`, errorMsg: '', taskId: task.id })
  }

  look(id: string): WebAnswer {
    const task = this.all.find((one) => one.id === id)
    if (task === undefined) return json(404, { message: 'Not Found' })
    task.looks += 1
    const { taskEnds = 'COMPLETE', taskReason = '', taskStays } = this.#faults
    const isOver = !['PENDING', 'RUNNING'].includes(task.status)
    if (!isOver) task.status = task.looks < 2 ? 'PENDING' : 'RUNNING'
    if (!isOver && task.looks > 2 && taskStays !== true) {
      task.status = taskEnds
      task.reason = taskReason
    }
    return json(200, presentTask(task))
  }

  stop({ task_ids: ids }: Json): WebAnswer {
    for (const id of ids as readonly string[]) {
      const task = this.all.find((one) => one.id === id)
      if (task === undefined) return json(200, { ok: false, errMsg: 'task not found' })
      task.status = 'CANCELLED'
    }
    return json(200, { ok: true, errMsg: '' })
  }

  logs(query: URLSearchParams, reply: ServerResponse): WebAnswer {
    const from = Number(query.get('seq_num') ?? 0)
    const isBroken = takes(this.#faults, 'linesLost')
    reply.writeHead(200, { 'content-type': 'text/event-stream' })
    if (takes(this.#faults, 'linesSilent')) {
      reply.write(': connected\n\n', () => reply.destroy())
      return 'streamed'
    }
    reply.write(': connected\n\n')
    for (const [index, message] of TASK_LINES.entries()) {
      if (index < from) continue
      const data = JSON.stringify({ seq_num: index, message: `${message}\n`, stream: 'stdout' })
      const event = `event: log\nid: ${index}\ndata: ${data}\n\n`
      if (isBroken) {
        reply.write(event, () => reply.destroy())
        return 'streamed'
      }
      reply.write(event)
    }
    return 'streamed'
  }
}

function presentTask({ id, status, reason }: Task): Json {
  return { id, external_id: id, status, failure_reason: reason, created_at: '2026-11-24T00:00:00Z' }
}
