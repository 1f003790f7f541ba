// Picks the messages about one prompt from the socket: keeps the progress, wakes the waiter at the end, and counts the signs of
// life that the stall watch needs.
import type { RenderProgress } from '../../app/ports/engine.ts'
import type { NodeClock } from './node-clock.ts'
import { type ComfyMessage, PROMPT_ENDS } from './progress-socket.ts'

export interface PromptEventsOptions {
  readonly promptId: string
  readonly progress: PromptProgress
  readonly onProgress: (progress: RenderProgress) => void
  /** Hears the nodes as well. Absent where nobody keeps a log. */
  readonly clock?: NodeClock
}

/** Turns the messages about one graph into the progress of the whole video. */
export interface PromptProgress {
  readonly current: RenderProgress
  /** The queue shows that the prompt runs, and the socket has not said so. */
  begin(): RenderProgress | null
  /** @returns the progress when the message brought any, else null */
  hear(message: ComfyMessage): RenderProgress | null
}

export class PromptEvents {
  readonly #promptId: string
  readonly #progress: PromptProgress
  readonly #clock: NodeClock | null
  readonly #onProgress: (progress: RenderProgress) => void
  #woken = Promise.withResolvers<boolean>()
  #signs = 0
  #end: ComfyMessage | null = null

  constructor({ promptId, progress, onProgress, clock }: PromptEventsOptions) {
    this.#promptId = promptId
    this.#progress = progress
    this.#clock = clock ?? null
    this.#onProgress = onProgress
  }

  /** Grows with everything that ComfyUI does for the prompt. */
  get signs(): number {
    return this.#signs
  }

  /** How ComfyUI said that it ended; the history has the last word. */
  get end(): ComfyMessage | null {
    return this.#end
  }

  get progress(): RenderProgress {
    return this.#progress.current
  }

  /** The queue says that it runs. */
  seeRunning(): void {
    this.#tell(this.#progress.begin())
  }

  hear(message: ComfyMessage): void {
    const { type, data } = message
    // After a reconnect ComfyUI says the running node without the prompt, and only to the client whose prompt it is. A server
    // whose worker hangs says it as well: no sign of life.
    const isGreeting = type === 'executing' && data.prompt_id === undefined
    if (!isGreeting && data.prompt_id !== this.#promptId) return
    if (!isGreeting) this.#signs += 1
    this.#clock?.hear(message)
    this.#tell(this.#progress.hear(message))
    if (PROMPT_ENDS.has(type)) this.#end = message
    if (PROMPT_ENDS.has(type) || (type === 'executing' && data.node === null))
      this.#woken.resolve(true)
  }

  /** @returns true as soon as ComfyUI says that the prompt ended, false after the time or when the signal is aborted */
  async wait(ms: number, signal: AbortSignal): Promise<boolean> {
    const woken = this.#woken
    const wake = (): void => woken.resolve(false)
    const timer = setTimeout(wake, ms)
    signal.addEventListener('abort', wake, { once: true })
    if (signal.aborted) wake()
    const isEnd = await woken.promise
    clearTimeout(timer)
    signal.removeEventListener('abort', wake)
    this.#woken = Promise.withResolvers()
    return isEnd
  }

  #tell(progress: RenderProgress | null): void {
    if (progress !== null) this.#onProgress(progress)
  }
}
