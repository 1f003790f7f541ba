// An endpoint of Beam: the gateway forwards a caller's request to this server and its answer back. Whoever waits here waits at most
// 600 s, whatever was asked for: what is not done by then is ended with an error that says so. What certainly takes longer is refused by
// the hub, before it renders.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { base64JsonLength, base64JsonStream } from '../../app/base64-json.ts'
import type { Hub } from '../../app/hub.ts'
import { AppError, describeError, toAppError } from '../../domain/errors.ts'
import { describeFailure, describeSuccess } from '../describe-task.ts'
import { type FinishedTask, runTask } from '../run-task.ts'
import type { EndStatus, GatewayRest } from './gateway-rest.ts'
import type { TaskLog } from './task-log.ts'
import { type Call, isRecord, unwrapCall } from './unwrap-call.ts'

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
  const given = request.headers['x-task-id']
  const isBeams = typeof given === 'string' && given !== ''
  const taskId = isBeams ? given : crypto.randomUUID()
  const tell = (what: Promise<void>): Promise<void> =>
    isBeams ? what.catch((thrown) => log.say(taskId, toAppError(thrown).detail)) : what
  if (isBeams) await tell(gateway.startTask(taskId))
  const status = await render({ taskId, request, reply }, ports, stopping)
  const seconds = (performance.now() - startedAtMs) / 1000
  if (isBeams) await tell(gateway.endTask(taskId, status, seconds))
}

interface EndpointTask {
  readonly taskId: string
  readonly request: IncomingMessage
  readonly reply: ServerResponse
}

/** Answers, and returns how it ended. */
async function render(
  task: EndpointTask,
  ports: EndpointPorts,
  stopping: AbortSignal,
): Promise<EndStatus> {
  const { taskId, request, reply } = task
  const { hub, log } = ports
  using watch = watchCaller(reply, ports.limitMs)
  const signal = AbortSignal.any([watch.signal, stopping])
  let target: string | null = null
  try {
    const call = unwrapCall(
      await readMessage(request, hub.status.limits().simpleBodyMaxBytes, signal),
    )
    target = ports.callbackTarget(call)
    const finished = await runTask(hub, { id: taskId, input: call.input, signal })
    await sendVideo(reply, finished, signal)
    log.say(taskId, `The video is ready: ${finished.output.video.seconds} s.`)
    if (target !== null) {
      const data = describeSuccess(finished, `${finished.job.id}.mp4`)
      await ports.tell(target, taskId, 'COMPLETE', data)
    }
    return 'COMPLETE'
  } catch (thrown) {
    const error = toAppError(thrown)
    log.say(taskId, `The render failed (${error.code}): ${error.detail}`)
    if (!reply.destroyed && !reply.headersSent) {
      // A body that nobody waits for any more would keep its connection, and with it this container.
      if (signal.aborted && !request.complete) reply.setHeader('connection', 'close')
      sendJson(reply, error.entry.status, describeError(error))
    }
    const status = statusOf(error)
    if (target !== null) await ports.tell(target, taskId, status, describeFailure(error))
    return status
  }
}

function statusOf({ code }: AppError): EndStatus {
  if (code === 'canceled') return 'CANCELLED'
  return code === 'job_timeout' ? 'TIMEOUT' : 'ERROR'
}

/** Ends with the caller's connection, and at the end of the time that the gateway leaves. */
function watchCaller(
  reply: ServerResponse,
  limitMs: number,
): Disposable & { readonly signal: AbortSignal } {
  const over = new AbortController()
  const onClose = (): void => {
    if (!reply.writableFinished) over.abort(new AppError('canceled', 'The caller hung up.'))
  }
  const late = `The render took longer than the ${limitMs / 1000} s that an endpoint of Beam has: send it to a task queue.`
  const timer = setTimeout(() => over.abort(new AppError('job_timeout', late)), limitMs)
  reply.once('close', onClose)
  return {
    signal: over.signal,
    [Symbol.dispose]() {
      clearTimeout(timer)
      reply.off('close', onClose)
    },
  }
}

/** @throws AppError `input_too_large`, `invalid_request`, or the reason of the signal */
async function readMessage(
  request: IncomingMessage,
  maxBytes: number,
  signal: AbortSignal,
): Promise<unknown> {
  const text = await readBody(request, maxBytes, signal)
  try {
    const message: unknown = JSON.parse(text)
    // Who calls this container without the gateway sends the request as it is.
    return isRecord(message) && ('args' in message || 'kwargs' in message)
      ? message
      : { kwargs: message }
  } catch (cause) {
    throw new AppError('invalid_request', 'The body of the request is no JSON.', { cause })
  }
}

/** The connection stays, for the answer that says why: a loop over the request would destroy it with the first error. */
async function readBody(
  request: IncomingMessage,
  maxBytes: number,
  signal: AbortSignal,
): Promise<string> {
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>()
  const chunks: Buffer[] = []
  let bytes = 0
  const take = (chunk: Buffer): void => {
    bytes += chunk.length
    if (bytes <= maxBytes) chunks.push(chunk)
    else reject(new AppError('input_too_large', `The request has more than ${maxBytes} bytes.`))
  }
  const stop = (): void => reject(signal.reason)
  request.on('data', take).once('end', resolve).once('error', reject)
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  try {
    await ended
    return Buffer.concat(chunks).toString('utf8')
  } finally {
    signal.removeEventListener('abort', stop)
    request.off('data', take)
  }
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
