// Holds a task for this container as long as it is worked at: the monitor stream is the heartbeat, and brings the news that the task
// was canceled, took too long, or has become somebody else's. A gateway that is away is asked again for as long as the work lasts.
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, toAppError } from '../../domain/errors.ts'
import type { QueueClient } from './queue-client.ts'
import type { MonitorResponse } from './queue-messages.ts'

export interface Claim extends AsyncDisposable {
  /** Aborted with the reason when the work is to end: `job_canceled`, `job_timeout` or `worker_lost`. */
  readonly signal: AbortSignal
  /** Returns once the task is known to be still ours, which a broken heartbeat leaves open, or once either signal is aborted. */
  confirm(signal: AbortSignal): Promise<void>
}

export interface ClaimOptions {
  readonly client: Pick<QueueClient, 'monitor'>
  readonly taskId: string
  /** A stream without news for so long counts as lost, though its connection stands. */
  readonly silenceMs?: number
  /** The connection was lost, or is there again. */
  onTrouble(sentence: string): void
}

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 5000
/** News come every second, and a claim ends after 60 s without a heartbeat. */
const SILENCE_MS = 15_000

/** Disposed, the stream is closed: do it after the end of the task was told. */
export function holdClaim(options: ClaimOptions): Claim {
  const work = new AbortController()
  const hold = new AbortController()
  const { silenceMs = SILENCE_MS } = options
  const line: Line = { isOpen: true, heardAtMs: performance.now(), changed: new EventTarget() }
  // A process that stood still hears of its lost connection only after a while, and may have lost the task with it.
  const isFresh = (): boolean => line.isOpen && performance.now() - line.heardAtMs <= silenceMs
  const held = listen(options, line, work, hold.signal)
  return {
    signal: work.signal,
    async confirm(signal) {
      const over = AbortSignal.any([signal, work.signal])
      while (!isFresh() && !over.aborted) {
        await once(line.changed, 'change', { signal: over }).catch(() => {})
      }
    },
    async [Symbol.asyncDispose]() {
      hold.abort()
      await held
    },
  }
}

interface Line {
  isOpen: boolean
  heardAtMs: number
  readonly changed: EventTarget
}

async function listen(
  { client, taskId, onTrouble, silenceMs = SILENCE_MS }: ClaimOptions,
  line: Line,
  work: AbortController,
  signal: AbortSignal,
): Promise<void> {
  let pauseMs = FIRST_PAUSE_MS
  let silence: NodeJS.Timeout | undefined
  const hear = (news: MonitorResponse): void => {
    silence?.refresh()
    pauseMs = FIRST_PAUSE_MS
    const reason = reasonIn(news)
    if (reason !== null) work.abort(reason)
    line.isOpen = true
    line.heardAtMs = performance.now()
    line.changed.dispatchEvent(new Event('change'))
  }
  // Whoever has the answer needs no more of them.
  const over = AbortSignal.any([signal, work.signal])
  while (!over.aborted) {
    let lost = 'it ended'
    const unheard = new AbortController()
    silence = setTimeout(() => unheard.abort(), silenceMs)
    try {
      await client.monitor(taskId, hear, AbortSignal.any([over, unheard.signal]))
      if (unheard.signal.aborted) lost = `no news for ${silenceMs / 1000} s`
    } catch (thrown) {
      lost = toAppError(thrown).detail
    } finally {
      clearTimeout(silence)
    }
    if (over.aborted) return
    line.isOpen = false
    onTrouble(`The heartbeat of the task was interrupted (${lost}); trying again.`)
    await sleep(pauseMs, undefined, { signal: over }).catch(() => {})
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
  }
}

function reasonIn({ cancelled, timedOut, complete }: MonitorResponse): AppError | null {
  if (cancelled) return new AppError('job_canceled', 'The task was canceled on Beam.')
  if (timedOut)
    return new AppError('job_timeout', 'The task took longer than its queue on Beam allows.')
  if (complete) return new AppError('worker_lost', 'Beam gave the task to another container.')
  return null
}
