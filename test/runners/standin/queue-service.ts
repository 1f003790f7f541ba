// The gRPC side of the stand-in: pop, monitor, complete. Its messages are written down here once more, with their numbers, so that
// a runner that numbers its fields otherwise is found out.
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js'
import protobuf from 'protobufjs'
import { expect } from 'vitest'
import type { LiveTask, LiveTasks } from './live-task.ts'

export interface QueueFaults {
  /** Ends of tasks that are not taken. */
  completesRefused?: number
  /** Ends of tasks that are taken, and their answers lost. */
  completeAnswersLost?: number
  /** Monitors that break at once, as long as it is set. */
  monitorsBreak?: boolean
  /** A container whose monitors break: it is cut off. */
  cutOff?: string | null
}

export interface QueueServiceOptions {
  readonly tasks: LiveTasks
  readonly token: string
  stubId(): string
  readonly faults: QueueFaults
}

const MONITOR_EVERY_MS = 50
const MAX_BYTES = 16 * 1024 * 1024

const string = 'string'
const { nested: messages } = {
  nested: {
    PopRequest: { stub_id: [1, string], container_id: [2, string] },
    PopResponse: { ok: [1, 'bool'], task_msg: [2, 'bytes'] },
    MonitorRequest: { task_id: [1, string], stub_id: [2, string], container_id: [3, string] },
    MonitorResponse: {
      ok: [1, 'bool'],
      cancelled: [2, 'bool'],
      complete: [3, 'bool'],
      timed_out: [4, 'bool'],
    },
    CompleteRequest: {
      task_id: [1, string],
      stub_id: [2, string],
      task_duration: [3, 'float'],
      task_status: [4, string],
      container_id: [5, string],
      container_hostname: [6, string],
      keep_warm_seconds: [7, 'float'],
      result: [8, 'bytes'],
    },
    CompleteResponse: { ok: [1, 'bool'], message: [2, string] },
  },
} as const

type Message = Record<string, unknown>
type FieldTable = Readonly<Record<string, readonly [number, string]>>

function codec(fields: FieldTable) {
  const type = new protobuf.Type('Message')
  for (const [name, [id, kind]] of Object.entries(fields)) {
    type.add(new protobuf.Field(name, id, kind))
  }
  new protobuf.Root().add(type)
  return {
    write: (message: Message) => Buffer.from(type.encode(type.fromObject(message)).finish()),
    read: (bytes: Buffer) => type.toObject(type.decode(bytes), { defaults: true }) as Message,
  }
}

function method(name: string, request: FieldTable, response: FieldTable, responseStream: boolean) {
  const [asked, answered] = [codec(request), codec(response)]
  return {
    path: `/taskqueue.TaskQueueService/${name}`,
    requestStream: false,
    responseStream,
    requestSerialize: asked.write,
    requestDeserialize: asked.read,
    responseSerialize: answered.write,
    responseDeserialize: answered.read,
  }
}

const SERVICE: ServiceDefinition = {
  TaskQueuePop: method('TaskQueuePop', messages.PopRequest, messages.PopResponse, false),
  TaskQueueMonitor: method(
    'TaskQueueMonitor',
    messages.MonitorRequest,
    messages.MonitorResponse,
    true,
  ),
  TaskQueueComplete: method(
    'TaskQueueComplete',
    messages.CompleteRequest,
    messages.CompleteResponse,
    false,
  ),
}

/** One server; a gateway that goes away and comes back has several, one after the other. */
export function createQueueServer({ tasks, token, stubId, faults }: QueueServiceOptions): Server {
  const server = new Server({
    'grpc.max_receive_message_length': MAX_BYTES,
    'grpc.max_send_message_length': MAX_BYTES,
  })
  const checks = (metadata: Metadata, request: Message): boolean => {
    expect(request.stub_id).toBe(stubId())
    expect(request.container_id).not.toBe('')
    return metadata.get('authorization')[0] === `Bearer ${token}`
  }
  server.addService(SERVICE, {
    TaskQueuePop(call: ServerUnaryCall<Message, Message>, reply: sendUnaryData<Message>) {
      if (!checks(call.metadata, call.request)) return reply(unauthenticated())
      const task = tasks.claim(String(call.request.container_id))
      reply(null, {
        ok: task !== null,
        task_msg: task === null ? Buffer.alloc(0) : messageOf(task),
      })
    },
    TaskQueueMonitor(call: ServerWritableStream<Message, Message>) {
      if (!checks(call.metadata, call.request)) return void call.emit('error', unauthenticated())
      monitor(call, tasks, faults)
    },
    TaskQueueComplete(call: ServerUnaryCall<Message, Message>, reply: sendUnaryData<Message>) {
      if (!checks(call.metadata, call.request)) return reply(unauthenticated())
      if (takes(faults, 'completesRefused')) return reply(unavailable())
      const { task_id: id, task_status: told, task_duration: duration, result } = call.request
      const task = tasks.get(String(id))
      if (task === null) return reply(null, { ok: false, message: 'no such task' })
      expect(['COMPLETE', 'ERROR', 'RETRY']).toContain(told)
      expect(Number(duration)).toBeGreaterThan(0)
      tasks.complete(task, String(told), JSON.parse(String(result)), Number(duration))
      if (takes(faults, 'completeAnswersLost')) return reply(unavailable())
      reply(null, { ok: true, message: '' })
    },
  })
  return server
}

function monitor(
  call: ServerWritableStream<Message, Message>,
  tasks: LiveTasks,
  faults: QueueFaults,
): void {
  const { task_id: id, container_id: container } = call.request
  const task = tasks.get(String(id))
  const say = (): void => {
    const breaks = faults.monitorsBreak === true || faults.cutOff === container
    if (breaks || task === null) return void call.emit('error', unavailable())
    const { status: state } = task
    const [cancelled, timedOut] = [state === 'CANCELLED', state === 'TIMEOUT']
    const complete = !tasks.isHeldBy(task, String(container)) && !cancelled && !timedOut
    if (!complete && !cancelled && !timedOut) tasks.hear(task)
    call.write({ ok: true, cancelled, complete, timed_out: timedOut })
  }
  const timer = setInterval(say, MONITOR_EVERY_MS)
  call.on('close', () => clearInterval(timer))
  call.on('cancelled', () => clearInterval(timer))
  call.on('error', () => clearInterval(timer))
  say()
}

function messageOf({ id, kwargs, retries, createdAtMs }: LiveTask): Buffer {
  const message = {
    task_id: id,
    workspace_name: 'tests',
    stub_id: 'stub',
    executor: 'taskqueue',
    args: null,
    kwargs,
    policy: { max_retries: 3, timeout: 3600, expires: new Date().toISOString(), ttl: 7200 },
    retries,
    timestamp: Math.floor(createdAtMs / 1000),
  }
  return Buffer.from(JSON.stringify(message))
}

function takes(faults: QueueFaults, name: 'completesRefused' | 'completeAnswersLost'): boolean {
  const left = faults[name] ?? 0
  if (left <= 0) return false
  faults[name] = left - 1
  return true
}

const failure = (code: status, details: string) =>
  Object.assign(new Error(details), { code, details, metadata: new Metadata() })
const unauthenticated = () => failure(status.UNAUTHENTICATED, 'invalid token')
const unavailable = () => failure(status.UNAVAILABLE, 'the gateway goes away')

export function serverCredentials(): ServerCredentials {
  return ServerCredentials.createInsecure()
}
