// An endpoint of Beam: the gateway forwards a caller's request to this server and its answer back. Whoever waits here waits at most
// 600 s, whatever was asked for: what is not done by then is ended with an error that says so. What certainly takes longer is refused by
// the hub, before it renders.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { base64JsonLength, base64JsonStream } from '../../app/base64-json.ts'
import type { Hub } from '../../app/hub.ts'
import { type AppError, describeError, toAppError } from '../../domain/errors.ts'
import { describeFailure, describeSuccess } from '../describe-task.ts'
import { type FinishedTask, runTask } from '../run-task.ts'
import type { EndStatus, GatewayRest } from './gateway-rest.ts'
import { readMessage } from './read-message.ts'
import type { TaskLog } from './task-log.ts'
import { type Call, unwrapCall } from './unwrap-call.ts'
import { watchCaller } from './watch-caller.ts'

export interface EndpointPorts {
  readonly hub: Hub
  readonly gateway: GatewayRest
  /** See `endpointTimeMs`. */
  readonly limitMs: number
  readonly log: TaskLog
  /** Whether renders can begin; until then the gateway sends nothing. */
  isReady(): Promise<boolean>
  /** Who is told of the end; null for nobody. @throws AppError for a place that may not be told */
  callbackTarget(call: Call): string | null
  tell(url: string, taskId: string, status: EndStatus, data: unknown): Promise<void>
}

/** Aborted, `stopping` ends what runs. Not listening yet. */
export function createEndpointServer(ports: EndpointPorts, stopping: AbortSignal): Server {
  const server = createServer((request, reply) => {
    const answered = isHealth(request)
      ? answerHealth(reply, ports)
      : answerTask(request, reply, ports, stopping)
    // Whoever hung up has heard nothing, and there is nobody else to tell.
    answered.catch(() => reply.destroy())
  })
  // The gateway has deadlines of its own, and keeps its connection for as long as a render takes.
  server.requestTimeout = 0
  return server
}

function isHealth({ method, url = '/' }: IncomingMessage): boolean {
  return method === 'GET' && url.split('?', 1)[0] === '/health'
}

async function answerHealth(reply: ServerResponse, { isReady }: EndpointPorts): Promise<void> {
  const ready = await isReady()
  sendJson(reply, ready ? 200 : 503, { status: ready ? 'ready' : 'starting' })
}

async function answerTask(
  request: IncomingMessage,
  reply: ServerResponse,
  ports: EndpointPorts,
  stopping: AbortSignal,
): Promise<void> {
  const { gateway, log } = ports
  const startedAtMs = performance.now()
  // Before anything is waited for: whoever hangs up meanwhile is not rendered for.
  using watch = watchCaller(reply, ports.limitMs)
  const signal = AbortSignal.any([watch.signal, stopping])
  const given = request.headers['x-task-id']
  const isBeams = typeof given === 'string' && given !== ''
  const taskId = isBeams ? given : crypto.randomUUID()
  const tell = (what: Promise<void>): Promise<void> =>
    isBeams ? what.catch((thrown) => log.say(taskId, toAppError(thrown).detail)) : what
  if (isBeams) await tell(gateway.startTask(taskId))
  const { status, target, data } = await render({ taskId, request, reply, signal }, ports)
  const seconds = (performance.now() - startedAtMs) / 1000
  if (isBeams) await tell(gateway.endTask(taskId, status, seconds))
  // Whoever hears of the end may ask the gateway for the task.
  if (target !== null) await ports.tell(target, taskId, status, data)
}

interface EndpointTask {
  readonly taskId: string
  readonly request: IncomingMessage
  readonly reply: ServerResponse
  /** Aborted when the answer is not waited for any more, or the container stops. */
  readonly signal: AbortSignal
}

interface EndpointEnd {
  readonly status: EndStatus
  /** Who is told of it; null for nobody. */
  readonly target: string | null
  readonly data: object
}

/** Answers, and returns how it ended. */
async function render(task: EndpointTask, ports: EndpointPorts): Promise<EndpointEnd> {
  const { taskId, request, reply, signal } = task
  const { hub, log } = ports
  let target: string | null = null
  try {
    const call = unwrapCall(
      await readMessage(request, hub.status.limits().simpleBodyMaxBytes, signal),
    )
    target = ports.callbackTarget(call)
    const finished = await runTask(hub, { id: taskId, input: call.input, signal })
    await sendVideo(reply, finished, signal)
    log.say(taskId, `The video is ready: ${finished.output.video.seconds} s.`)
    return { status: 'COMPLETE', target, data: describeSuccess(finished, `${finished.job.id}.mp4`) }
  } catch (thrown) {
    const error = toAppError(thrown)
    log.say(taskId, `The render failed (${error.code}): ${error.detail}`)
    if (!reply.destroyed && !reply.headersSent) {
      // A body that nobody waits for any more would keep its connection, and with it this container.
      if (signal.aborted && !request.complete) reply.setHeader('connection', 'close')
      sendJson(reply, error.entry.status, describeError(error))
    }
    return { status: statusOf(error), target, data: describeFailure(error) }
  }
}

function statusOf({ code }: AppError): EndStatus {
  if (code === 'canceled') return 'CANCELLED'
  return code === 'job_timeout' ? 'TIMEOUT' : 'ERROR'
}

async function sendVideo(
  reply: ServerResponse,
  { job, video }: FinishedTask,
  signal: AbortSignal,
): Promise<void> {
  reply.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': base64JsonLength(video.bytes),
    'x-job-id': job.id,
  })
  // Who reads no further would hold this container for ever.
  await pipeline(base64JsonStream(await video.read()), reply, { signal })
}

function sendJson(reply: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body)
  reply
    .writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(text),
    })
    .end(text)
}
