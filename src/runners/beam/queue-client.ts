// Beam's task queue over gRPC, as one container sees it: the next task, the stream that says it is still ours, its end.
import {
  type ChannelCredentials,
  Client,
  credentials,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js'
import { AppError } from '../../domain/errors.ts'
import {
  COMPLETE_REQUEST,
  COMPLETE_RESPONSE,
  type CompleteRequest,
  MONITOR_REQUEST,
  MONITOR_RESPONSE,
  type MonitorResponse,
  POP_REQUEST,
  POP_RESPONSE,
  QUEUE_PATHS,
} from './queue-messages.ts'
import type { RunnerEnvironment } from './read-environment.ts'

/** What the gateway takes and sends at most. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024
const ANSWER_MS = 30_000
/** A connection whose other end is gone without a word is noticed within this. */
const KEEPALIVE_MS = 20_000

export class QueueClient implements Disposable {
  readonly #environment: RunnerEnvironment
  readonly #client: Client
  readonly #metadata = new Metadata()

  constructor(environment: RunnerEnvironment) {
    const { grpc, token } = environment
    this.#environment = environment
    this.#client = new Client(grpc.target, credentialsOf(grpc.tls), {
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
      'grpc.keepalive_time_ms': KEEPALIVE_MS,
      'grpc.initial_reconnect_backoff_ms': 200,
      'grpc.max_reconnect_backoff_ms': 2000,
    })
    this.#metadata.set('authorization', `Bearer ${token}`)
  }

  /**
   * The next task, as JSON; null when there is none.
   *
   * @throws AppError `engine_unreachable`; `input_too_large` for a task that no runner can take
   */
  async pop(): Promise<string | null> {
    const { stubId, containerId } = this.#environment
    const request = { stubId, containerId }
    const answer = await this.#call(QUEUE_PATHS.pop, POP_REQUEST, POP_RESPONSE, request)
    return answer.ok ? Buffer.from(answer.taskMsg).toString('utf8') : null
  }

  /**
   * One message a second, until the connection ends or the signal is aborted.
   *
   * @throws AppError `engine_unreachable`, `unauthenticated`
   */
  async monitor(
    taskId: string,
    onNews: (news: MonitorResponse) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { stubId, containerId } = this.#environment
    const stream = this.#client.makeServerStreamRequest(
      QUEUE_PATHS.monitor,
      MONITOR_REQUEST.encode,
      MONITOR_RESPONSE.decode,
      { taskId, stubId, containerId },
      this.#metadata,
    )
    const { promise: ended, resolve, reject } = Promise.withResolvers<void>()
    const stop = (): void => {
      stream.cancel()
      resolve()
    }
    // What comes behind the end that counted is not heard, and must not go unheard either: a stream without a listener throws.
    stream.on('data', (news: MonitorResponse) => onNews(news))
    stream.on('end', resolve)
    stream.on('error', (error: ServiceError) => reject(explain(error, 'TaskQueueMonitor')))
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    try {
      await ended
    } finally {
      signal.removeEventListener('abort', stop)
      stream.cancel()
    }
  }

  /** @throws AppError `engine_unreachable`; `engine_failed` when the gateway refuses it */
  async complete(
    end: Pick<CompleteRequest, 'taskId' | 'taskDuration' | 'taskStatus' | 'result'>,
  ): Promise<void> {
    const { stubId, containerId, containerHostname, keepWarmSeconds } = this.#environment
    const request = { ...end, stubId, containerId, containerHostname, keepWarmSeconds }
    const path = QUEUE_PATHS.complete
    const answer = await this.#call(path, COMPLETE_REQUEST, COMPLETE_RESPONSE, request)
    if (answer.ok) return
    const said = answer.message === '' ? 'no reason' : answer.message
    throw new AppError('engine_failed', `Beam did not take the end of the task: ${said}.`)
  }

  [Symbol.dispose](): void {
    this.#client.close()
  }

  #call<Request, Response>(
    path: string,
    { encode }: { readonly encode: (message: Request) => Buffer },
    { decode }: { readonly decode: (bytes: Uint8Array) => Response },
    request: Request,
  ): Promise<Response> {
    const options = { deadline: Date.now() + ANSWER_MS }
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        path,
        encode,
        decode,
        request,
        this.#metadata,
        options,
        (error, answer) => {
          if (error === null && answer !== undefined) resolve(answer)
          else reject(explain(error, path.split('/').at(-1) ?? path))
        },
      )
    })
  }
}

function credentialsOf(tls: boolean): ChannelCredentials {
  return tls ? credentials.createSsl() : credentials.createInsecure()
}

function explain(error: ServiceError | null, what: string): AppError {
  const cause = { cause: error }
  const said = error?.details ?? 'no answer'
  if (error?.code === status.RESOURCE_EXHAUSTED) {
    const detail = `A task is larger than the 16 MiB that a runner can take (${said}).`
    return new AppError('input_too_large', detail, cause)
  }
  if (error?.code === status.UNAUTHENTICATED || error?.code === status.PERMISSION_DENIED) {
    return new AppError(
      'unauthenticated',
      `Beam does not accept the token of this container.`,
      cause,
    )
  }
  return new AppError('engine_unreachable', `${what} of Beam's gateway failed: ${said}.`, cause)
}
