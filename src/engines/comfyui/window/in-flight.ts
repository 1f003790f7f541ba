// One window on a ComfyUI, from its graph to its end: recorded before it is sent, sent once, followed until the history has its end.
import type { RenderContext } from '../../../app/ports/engine.ts'
import type { WindowStep } from '../../../domain/window-steps.ts'
import type { Graph } from '../../../workflow/graph.ts'
import type { Backend } from '../backend.ts'
import type { HistoryEntry } from '../comfy-answers.ts'
import type { ComfyApi } from '../comfy-api.ts'
import { endPrompt } from '../end-prompt.ts'
import { followRender } from '../follow-render.ts'
import type { FollowTimes } from '../follow-times.ts'
import type { ComfyMessage, ProgressSource } from '../progress-socket.ts'
import { PromptEvents } from '../prompt-events.ts'
import { ownIdOf } from '../prompt-id.ts'
import { WindowProgress } from './window-progress.ts'

export interface FlightSurroundings {
  readonly api: ComfyApi
  readonly backend: Backend
  readonly socket: ProgressSource
  /** One for the whole render: whose socket is told. */
  readonly clientId: string
  /** Somebody may look before the first frames are there. */
  readonly previews: boolean
  /** The windows of the piece. */
  readonly windows: number
  /** The number of the first of them. */
  readonly firstWindow: number
  readonly stepsPerWindow: number
  /** Frames that the windows after this one sample. */
  readonly framesAfter: number
  /** How long a window should take; 0 when that is not known. */
  readonly windowMs: number
  readonly times: FollowTimes
  readonly onProgress: RenderContext['onProgress']
}

export interface FlightPrompt {
  readonly id: string
  readonly graph: Graph
  readonly hasLead: boolean
  readonly isFound: boolean
}

export class WindowInFlight {
  readonly step: WindowStep
  /** Begins a piece without the frames before it. */
  readonly hasLead: boolean
  readonly startedMs = performance.now()
  readonly #graph: Graph
  readonly #around: FlightSurroundings
  readonly #events: PromptEvents
  #promptId: string
  #isSent: boolean
  #isEnded: boolean
  readonly #entry: HistoryEntry | null

  /**
   * @param isFound as an earlier attempt left it: it was sent already
   * @param entry what became of it, where that is known
   */
  constructor(
    step: WindowStep,
    prompt: FlightPrompt,
    around: FlightSurroundings,
    entry: HistoryEntry | null = null,
  ) {
    this.step = step
    this.hasLead = prompt.hasLead
    this.#promptId = prompt.id
    this.#graph = prompt.graph
    this.#around = around
    this.#isSent = prompt.isFound
    this.#entry = entry
    this.#isEnded = entry !== null
    const { windows, firstWindow, stepsPerWindow, framesAfter } = around
    const progress = new WindowProgress({
      ...{ graph: prompt.graph, step, windows, firstWindow, stepsPerWindow, framesAfter },
    })
    this.#events = new PromptEvents({
      promptId: ownIdOf(prompt.id),
      progress,
      onProgress: around.onProgress,
    })
  }

  /** A service may add to it when the window is sent. */
  get promptId(): string {
    return this.#promptId
  }

  get isOpen(): boolean {
    return this.#isSent && !this.#isEnded
  }

  hear(message: ComfyMessage): void {
    this.#events.hear(message)
  }

  /** @throws AppError as ComfyApi.handOver() */
  async send(signal: AbortSignal): Promise<void> {
    const { api, clientId, times } = this.#around
    this.#isSent = true
    // Later windows show the last frame of the one before, which is better than a preview.
    const previews = this.step.number === 1 && this.#around.previews
    const request = { graph: this.#graph, promptId: this.promptId, clientId, previews }
    this.#promptId = await api.handOver(request, times, signal)
  }

  /** @throws AppError as followRender() */
  async follow(signal: AbortSignal): Promise<HistoryEntry> {
    if (this.#entry !== null) return this.#entry
    const { api, backend, socket, windowMs, times } = this.#around
    const { promptId } = this
    const events = this.#events
    const entry = await followRender({
      ...{ api, backend, promptId, graph: this.#graph, events, socket, windowMs, times, signal },
    })
    this.#isEnded = true
    return entry
  }

  /** Nobody waits for it any more. Best effort, and never for long. */
  async abandon(): Promise<void> {
    const { api, times } = this.#around
    if (this.isOpen) await endPrompt(api, this.promptId, times.endMs).catch(() => null)
    if (this.#isSent) await this.forget(AbortSignal.timeout(times.tidyMs)).catch(() => {})
  }

  /** Deletes everything that ComfyUI keeps of it, except its files. */
  forget(signal: AbortSignal): Promise<void> {
    return this.#around.api.deleteHistory(this.promptId, signal)
  }
}
