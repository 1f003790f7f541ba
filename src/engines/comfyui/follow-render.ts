// Waits for the end of a prompt and reports it truthfully. The queue and the history decide, polled again and again; the socket
// only brings the next poll forward. Every wait has a limit.
import { abortError } from '../../async/abort-error.ts'
import { AppError } from '../../domain/errors.ts'
import type { Graph } from '../../workflow/graph.ts'
import { PatientLook } from '../remote/patient-look.ts'
import type { Backend } from './backend.ts'
import type { HistoryEntry, PromptPlace } from './comfy-answers.ts'
import type { ComfyApi } from './comfy-api.ts'
import { endPrompt, isGone } from './end-prompt.ts'
import { explainExecutionError } from './explain-failure.ts'
import type { FollowTimes } from './follow-times.ts'
import type { ProgressSource } from './progress-socket.ts'
import type { PromptEvents } from './prompt-events.ts'
import { StallWatch } from './stall-watch.ts'

export interface FollowedRender {
  readonly api: ComfyApi
  readonly backend: Pick<Backend, 'lastWords' | 'distrust' | 'isGone'>
  readonly promptId: string
  /** As it was sent, for the names of its nodes. */
  readonly graph: Graph
  readonly events: PromptEvents
  readonly socket: Pick<ProgressSource, 'isOpen' | 'reconnect'>
  /** How long a window should take; 0 when that is not known. */
  readonly windowMs: number
  readonly times: FollowTimes
  readonly signal: AbortSignal
}

/**
 * @returns what ComfyUI keeps of a render that succeeded
 * @throws AppError what the signal was aborted with; `engine_crashed` when the render is lost, `engine_stalled`,
 *   `engine_interrupted` by someone else, or what explainExecutionError() makes of a node's error
 */
export async function followRender(render: FollowedRender): Promise<HistoryEntry> {
  const { signal, times, events } = render
  const stall = new StallWatch({ windowMs: render.windowMs, times, nowMs: () => performance.now() })
  const looking = patientLook(render)
  let waitMs = times.pollFirstMs
  for (;;) {
    const isEnd = await events.wait(waitMs, signal)
    // The history follows the news of the end within milliseconds.
    waitMs = isEnd ? times.pollAfterEndMs : Math.min(waitMs * 1.5, times.pollLongestMs)
    const place = await looking.look(signal)
    if (place === null) {
      // Soon again: either it is a moment between two states, or the render is lost and can be begun anew.
      waitMs = Math.min(waitMs, times.pollFirstMs)
      continue
    }
    if (place.state === 'ended') return judge(place.entry, render)
    if (place.state === 'running') events.seeRunning()
    const verdict = stall.observe({
      isRunning: place.state === 'running',
      canHear: render.socket.isOpen,
      signs: events.signs,
      stage: events.progress.stage,
      done: events.progress.done,
    })
    if (verdict === 'doubt') render.socket.reconnect()
    if (verdict === 'stalled') return judge(await endStalled(render, stall.silentSeconds), render)
  }
}

function patientLook(render: FollowedRender): PatientLook<PromptPlace> {
  const { api, promptId, backend, times, events, graph } = render
  const succeeded = (): boolean => events.end?.type === 'execution_success'
  return new PatientLook({
    async look(signal) {
      const place = await api.find(promptId, signal)
      return place.state === 'nowhere' ? null : place
    },
    bearsMs: () => (backend.isGone?.(api) === true ? 0 : times.unreachableMs),
    outOfSight: (error) => crashed(error.detail, backend, error),
    forgottenMs: () => (succeeded() ? times.lateHistoryMs : times.forgottenMs),
    forgotten() {
      const { end } = events
      if (end !== null && !succeeded()) return explainExecutionError(end, graph)
      const what = succeeded()
        ? 'does not know the render that it said had succeeded'
        : 'forgot the render: it was restarted, or someone cleared its queue'
      const { title, url } = api.address
      return crashed(`${title} at ${url} ${what}.`, backend)
    },
  })
}

export function crashed(
  detail: string,
  backend: Pick<Backend, 'lastWords'>,
  cause?: AppError,
): AppError {
  const words = backend.lastWords()
  const said = words === null ? detail : `${detail.replace(/\.$/, '')}; ${words}.`
  return new AppError('engine_crashed', said, { cause })
}

/** @throws AppError `engine_stalled`, unless it came to its end in the meantime */
async function endStalled(
  { api, promptId, backend, times, events, signal }: FollowedRender,
  silentSeconds: number,
): Promise<HistoryEntry> {
  const detail = `ComfyUI made no progress for ${silentSeconds} s (${events.progress.stage}).`
  const place = await endPrompt(api, promptId, times.endMs).catch(() => null)
  if (signal.aborted) throw abortError(signal)
  if (place?.state === 'ended' && place.entry.succeeded) return place.entry
  if (!isGone(place)) await backend.distrust(`${detail} It did not obey an interrupt either.`)
  throw new AppError('engine_stalled', detail)
}

async function judge(entry: HistoryEntry, render: FollowedRender): Promise<HistoryEntry> {
  if (entry.succeeded) return entry
  if (entry.failure !== undefined) throw entry.failure
  const last = entry.messages.findLast(
    ([type]) => type === 'execution_error' || type === 'execution_interrupted',
  )
  const error = explainExecutionError(last ?? null, render.graph)
  if (error.meta.poisoned === true) await render.backend.distrust(error.detail)
  throw error
}
