// The port of a service that takes a whole render into its own queue: Beam, RunPod. Each method ends with its signal, has a
// deadline of its own and fails with an AppError; the service's own vocabulary stays behind it.
import type { RemoteTaskState } from '../../app/ports/remote-queue.ts'

/** The questions about tasks of any queue. */
export interface CloudTasks {
  /** The name that people know. */
  readonly title: string
  /** null when the service does not know the task, or no longer. @throws AppError `engine_unreachable` */
  look(id: string, signal: AbortSignal): Promise<CloudTask | null>
  /** Asks the service to end a task; look at the task to see that it ended. @throws AppError */
  cancel(id: string, signal: AbortSignal): Promise<void>
  /** Only where the service pushes: rings at each change of the task until the connection ends. Only ever a hint. */
  listen?(id: string, ring: () => void, signal: AbortSignal): Promise<void>
}

export interface CloudService extends CloudTasks {
  /** The name of the engine in requests. */
  readonly engine: 'beam' | 'runpod'
  /** The queue that gets the renders, as a job remembers it: another queue is another backend. */
  readonly backend: string
  /** Maximum size of a request: some services accept more, which then breaks the worker that takes it. */
  readonly maxBodyBytes: number
  /** The way out when inputs are larger, as a sentence. */
  readonly whenTooLarge: string
  /** One sentence why it cannot work now; null when it can. */
  health(signal: AbortSignal): Promise<string | null>
  /**
   * @param input the request in the form of our own API
   * @param timeoutMs the only end of this call: an unread answer would leave a task whose id nobody knows
   * @returns the id of the task
   * @throws AppError `engine_unavailable`, `queue_full` when it may be sent again later, `engine_unreachable`
   */
  submit(input: CloudInput, timeoutMs: number): Promise<string>
  /** The length of that request's body. */
  bodyBytes(input: CloudInput): number
  /** Only where the queue can be listed: shows whether a request arrived whose answer was lost. */
  readonly lookBack?: LookBack
  /** Only where the service can store inputs that are too large for a request. */
  readonly storage?: CloudStorage
}

/** A service that renders while its caller waits, for a fixed time at most. */
export interface CloudEndpoint
  extends Pick<CloudService, 'title' | 'maxBodyBytes' | 'bodyBytes' | 'lookBack' | 'storage'> {
  readonly maxSeconds: number
  /** @returns the answer as a task that has ended @throws AppError, with `engine_unreachable` for an answer that was lost */
  call(input: CloudInput, signal: AbortSignal): Promise<CloudTask>
}

export type CloudInput = Readonly<Record<string, unknown>>

/** The service does not start a task again that ended in one of these states, except after our own cancellation. */
export type CloudTaskState = RemoteTaskState

export interface CloudTask {
  readonly state: CloudTaskState
  /** In the words of the service, for messages. */
  readonly status: string
  /** Why it failed, in the words of the service; null when it says nothing. */
  readonly reason: string | null
  /** When it arrived, started and ended, by the clock of the service; null when unknown, or not yet. */
  readonly times: CloudTaskTimes
  /** Files that the task left, with links that expire. */
  readonly files: readonly CloudFile[]
  /** The answer of its handler. */
  readonly result: unknown
}

export interface CloudTaskTimes {
  readonly createdAtMs: number | null
  readonly startedAtMs: number | null
  readonly endedAtMs: number | null
}

export interface CloudFile {
  readonly name: string
  readonly url: string
}

export interface LookBack {
  /** A mark for the present moment, by the clock of the service. */
  mark(signal: AbortSignal): Promise<string>
  /** Ids of the tasks of the queue that are younger than the mark. */
  since(mark: string, signal: AbortSignal): Promise<readonly string[]>
}

export interface CloudStorage {
  /** @returns a URL from which the task can load the file @throws AppError */
  store(path: string, name: string, signal: AbortSignal): Promise<string>
  /** The place in words, for messages and for removal by hand. */
  placeOf(folder: string): string
  /** Removing a file that does not exist is not an error. */
  remove(name: string, signal: AbortSignal): Promise<void>
}

const ENDED: ReadonlySet<CloudTaskState> = new Set([
  'succeeded',
  'failed',
  'timed_out',
  'expired',
  'canceled',
])

export function hasEnded({ state }: Pick<CloudTask, 'state'>): boolean {
  return ENDED.has(state)
}
