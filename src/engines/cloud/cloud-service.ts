// What the engine asks of a service that takes a whole render and keeps it in its own queue: Beam, RunPod. Each method ends
// with its signal, has a deadline of its own and fails with an AppError; which words the service has for it is its own affair.
import type { RemoteTaskState } from '../../app/ports/remote-queue.ts'

/** What there is to ask of tasks, whichever queue they are of. */
export interface CloudTasks {
  /** As a person knows it. */
  readonly title: string
  /** null when the service does not know the task, or not any more. @throws AppError `engine_unreachable` */
  look(id: string, signal: AbortSignal): Promise<CloudTask | null>
  /** Asks for the end of a task; that it ended is to be looked for. @throws AppError */
  cancel(id: string, signal: AbortSignal): Promise<void>
  /** Where it is pushed: rings with each change of the task until the connection ends. Only ever a hint. */
  listen?(id: string, ring: () => void, signal: AbortSignal): Promise<void>
}

export interface CloudService extends CloudTasks {
  /** As the engine is called in requests. */
  readonly engine: 'beam' | 'runpod'
  /** Where renders go, as a job remembers it: another queue is another machine. */
  readonly backend: string
  /** What a request may have: more is accepted by some services and then breaks whoever picks it up. */
  readonly maxBodyBytes: number
  /** What a person can do about inputs that are larger. */
  readonly whenTooLarge: string
  /** One sentence why it cannot work now; null when it can. */
  health(signal: AbortSignal): Promise<string | null>
  /**
   * @param input the request as our own API takes it
   * @param timeoutMs not ended otherwise: an answer that nobody hears leaves a task that nobody knows
   * @returns the id of the task
   * @throws AppError `engine_unavailable`, `queue_full` when it may be sent again later, `engine_unreachable`
   */
  submit(input: CloudInput, timeoutMs: number): Promise<string>
  /** How long the body of that request will be. */
  bodyBytes(input: CloudInput): number
  /** Where its queue can be listed: whether a request arrived whose answer was lost. */
  readonly lookBack?: LookBack
  /** Where inputs can be kept that are too large for a request. */
  readonly storage?: CloudStorage
}

/** What renders while its caller waits, for a fixed time at most. */
export interface CloudEndpoint
  extends Pick<CloudService, 'title' | 'maxBodyBytes' | 'bodyBytes' | 'lookBack' | 'storage'> {
  readonly maxSeconds: number
  /** @returns the answer as a task that has ended @throws AppError, with `engine_unreachable` for an answer that was lost */
  call(input: CloudInput, signal: AbortSignal): Promise<CloudTask>
}

export type CloudInput = Readonly<Record<string, unknown>>

/** Tasks that ended otherwise than by our own cancellation are not begun again by themselves. */
export type CloudTaskState = RemoteTaskState

export interface CloudTask {
  readonly state: CloudTaskState
  /** As the service says it, for messages. */
  readonly status: string
  /** Why it failed, in the words of the service; null when it says nothing. */
  readonly reason: string | null
  /** When it came, began and ended, by the clock of the service; null where it does not say, or not yet. */
  readonly times: CloudTaskTimes
  /** Files that the task left, with links that are good for a while. */
  readonly files: readonly CloudFile[]
  /** What its handler answered. */
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
  /** Of this moment, by the clock of the service. */
  mark(signal: AbortSignal): Promise<string>
  /** Ids of the tasks of the queue that are younger than the mark. */
  since(mark: string, signal: AbortSignal): Promise<readonly string[]>
}

export interface CloudStorage {
  /** @returns a URL from which the task can load the file @throws AppError */
  store(path: string, name: string, signal: AbortSignal): Promise<string>
  /** For a sentence, and for who removes it by hand. */
  placeOf(folder: string): string
  /** Removing what is not there is no error. */
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
