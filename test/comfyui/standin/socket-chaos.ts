// Faults of the messages of one run on their way to the client: lost sockets, frozen ones, and noise that must not mislead a
// client. Without faults every message is sent unchanged.
import { randomUUID } from 'node:crypto'
import type { Faults, SocketStage } from './faults.ts'
import type { SocketMessage, Sockets } from './sockets.ts'

const LARGE_PREVIEW_BYTES = 5 * 1024 * 1024
/** Binary event: a preview picture, followed by its format (JPEG). */
const PREVIEW_HEADER = [0, 0, 0, 1, 0, 0, 0, 1]

export interface SocketChaos {
  send(message: SocketMessage): void
}

export function socketChaos(
  sockets: Sockets,
  clientId: string | null,
  faults: Faults,
  run: {
    readonly weightTensors: number
    /** The class of a node, by its id. */
    readonly classOf: (nodeId: string) => string
  },
): SocketChaos {
  let dropped = false
  let frozen = false
  const foreignId = randomUUID()
  let lastProgress: SocketMessage | null = null

  return {
    send(message) {
      for (const content of faults.noise === true ? withNoise(message) : [message]) {
        if (clientId === null) continue
        if (typeof content === 'string' || Buffer.isBuffer(content)) {
          sockets.sendRaw(clientId, content)
        } else {
          sockets.send(clientId, content)
        }
      }
      strike(stageOf(message))
    },
  }

  function strike(stage: SocketStage | null): void {
    if (stage === null) return
    if (stage === faults.dropSocketsAt && !dropped) {
      dropped = true
      sockets.terminateAll()
    }
    if (stage === faults.freezeSocketsAt && !frozen) {
      frozen = true
      sockets.freezeAll()
    }
  }

  function stageOf({ type, data }: SocketMessage): SocketStage | null {
    if (type === 'execution_start') return 'execution_start'
    if (type === 'execution_success') return 'success'
    if (type !== 'progress') return null
    const className = run.classOf(String(data.node))
    if (className === 'VHS_VideoCombine') return 'combining'
    if (className !== 'WanVideoSampler') return null
    return data.max === run.weightTensors ? 'weights' : 'sampling'
  }

  function withNoise(message: SocketMessage): readonly (SocketMessage | string | Buffer)[] {
    const foreign = (
      type: string,
      data: Readonly<Record<string, unknown>> = {},
    ): SocketMessage => ({
      type,
      data: { prompt_id: foreignId, ...data },
    })
    switch (message.type) {
      case 'execution_start':
        return [
          foreign('executing', { node: null }),
          { type: 'executing', data: { node: null } },
          Buffer.concat([Buffer.from(PREVIEW_HEADER), Buffer.alloc(LARGE_PREVIEW_BYTES)]),
          '{"type": "progress", "data": ',
          '[]',
          'null',
          { type: 'something_new', data: {} },
          message,
          message,
        ]
      case 'progress': {
        const late = lastProgress
        lastProgress = message
        const other = foreign('progress', { value: 1, max: 1, node: '128' })
        return late === null ? [message, other] : [message, late, message, other]
      }
      case 'execution_success':
        return [foreign('execution_error', { exception_message: 'not yours' }), message, message]
      default:
        return [message]
    }
  }
}
