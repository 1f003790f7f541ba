// The messages of Beam's task queue on the wire, and what becomes of them here. Field numbers are facts of the protocol; numbers
// that carry nothing here are left out, as protocol buffers allow.
import protobuf from 'protobufjs'

export interface PopRequest {
  readonly stubId: string
  readonly containerId: string
}

export interface PopResponse {
  /** false: there is nothing to do. */
  readonly ok: boolean
  /** JSON. */
  readonly taskMsg: Uint8Array
}

export interface MonitorRequest {
  readonly taskId: string
  readonly stubId: string
  readonly containerId: string
}

export interface MonitorResponse {
  readonly ok: boolean
  readonly cancelled: boolean
  /** The task is not this container's any more. */
  readonly complete: boolean
  readonly timedOut: boolean
}

export interface CompleteRequest {
  readonly taskId: string
  readonly stubId: string
  /** Seconds. */
  readonly taskDuration: number
  readonly taskStatus: 'COMPLETE' | 'ERROR' | 'RETRY'
  readonly containerId: string
  readonly containerHostname: string
  readonly keepWarmSeconds: number
  /** JSON. */
  readonly result: Uint8Array
}

export interface CompleteResponse {
  readonly ok: boolean
  readonly message: string
}

export interface Codec<Message> {
  encode(message: Message): Buffer
  decode(bytes: Uint8Array): Message
}

const SERVICE = 'taskqueue.TaskQueueService'

export const QUEUE_PATHS = {
  pop: `/${SERVICE}/TaskQueuePop`,
  monitor: `/${SERVICE}/TaskQueueMonitor`,
  complete: `/${SERVICE}/TaskQueueComplete`,
} as const

export const POP_REQUEST = codec<PopRequest>({ stubId: 'string', containerId: 'string' })
export const POP_RESPONSE = codec<PopResponse>({ ok: 'bool', taskMsg: 'bytes' })
export const MONITOR_REQUEST = codec<MonitorRequest>({
  taskId: 'string',
  stubId: 'string',
  containerId: 'string',
})
export const MONITOR_RESPONSE = codec<MonitorResponse>({
  ok: 'bool',
  cancelled: 'bool',
  complete: 'bool',
  timedOut: 'bool',
})
export const COMPLETE_REQUEST = codec<CompleteRequest>({
  taskId: 'string',
  stubId: 'string',
  taskDuration: 'float',
  taskStatus: 'string',
  containerId: 'string',
  containerHostname: 'string',
  keepWarmSeconds: 'float',
  result: 'bytes',
})
export const COMPLETE_RESPONSE = codec<CompleteResponse>({ ok: 'bool', message: 'string' })

type FieldType = 'string' | 'bytes' | 'bool' | 'float'

/** Fields are numbered from 1 in the order in which they stand. */
function codec<Message extends object>(
  fields: Readonly<Record<keyof Message & string, FieldType>>,
): Codec<Message> {
  const type = new protobuf.Type('Message')
  for (const [index, [name, kind]] of Object.entries<FieldType>(fields).entries()) {
    type.add(new protobuf.Field(name, index + 1, kind))
  }
  new protobuf.Root().add(type)
  return {
    encode: (message) => Buffer.from(type.encode(type.create(message)).finish()),
    // What is not on the wire has its default.
    decode: (bytes) => type.toObject(type.decode(bytes), { defaults: true }) as Message,
  }
}
