// The loop over the windows of a video, on one ComfyUI: the next window is sent as soon as the previous one ends, finished windows are
// stored meanwhile, and a window that a previous attempt began is followed instead of sent again.
import type { StoredWindow } from '../../../app/ports/window-memory.ts'
import type { WindowCount } from '../../../domain/job.ts'
import type { WindowStep } from '../../../domain/window-steps.ts'
import type { OutputFile } from '../../../workflow/outputs.ts'
import { isLeftToNext } from '../../remote/left-to-next.ts'
import type { HistoryEntry } from '../comfy-answers.ts'
import { PreviewFrames } from '../preview-frames.ts'
import type { ProgressSource } from '../progress-socket.ts'
import { countEarlier, earlierHere, findEarlierPrompts } from './earlier-windows.ts'
import type { WindowInFlight } from './in-flight.ts'
import { KeptWindows } from './kept-windows.ts'
import { findSavedFiles, type SoughtWindow } from './saved-files.ts'
import { windowOutputs } from './window-outputs.ts'
import { WindowSender } from './window-sender.ts'
import type { WindowedRender } from './windowed-render.ts'

export class WindowChain {
  readonly #request: WindowedRender
  readonly #steps: readonly WindowStep[]
  readonly #kept: KeptWindows
  readonly #sender: WindowSender
  readonly #stop = new AbortController()
  readonly #signal: AbortSignal
  /** Sent, and not kept yet. */
  readonly #flights = new Map<number, WindowInFlight>()
  #previews: PreviewFrames | null = null
  #isFinished = false

  constructor(request: WindowedRender) {
    this.#request = request
    this.#steps = request.sampling.plan.steps
    this.#signal = AbortSignal.any([request.context.signal, this.#stop.signal])
    this.#kept = new KeptWindows(request, this.#signal)
    this.#sender = new WindowSender(request, this.#signal)
  }

  get warnings(): readonly string[] {
    return this.#sender.warnings
  }

  get count(): WindowCount {
    return this.#sender.count
  }

  async run(): Promise<readonly StoredWindow[]> {
    const { context, api, socketTimes } = this.#request
    const left = this.#steps.slice(this.#kept.done.length)
    if (left.length === 0) return this.#kept.done
    const previews =
      context.onFrame === undefined || this.#kept.done.length > 0
        ? null
        : new PreviewFrames(context.onFrame)
    this.#previews = previews
    await using socket = api.openProgress({
      clientId: this.#sender.id,
      onMessage: (message) => {
        for (const flight of this.#flights.values()) flight.hear(message)
      },
      onBytes: (message) => void previews?.hear(message),
      times: socketTimes,
    })
    context.onProgress({ stage: 'waiting', done: 0, total: 0 })
    await this.#findEarlier(left, socket)
    await this.#renderAll(left, socket)
    this.#isFinished = true
    return this.#kept.done
  }

  /** Nothing is left there, unless this program only stops: then the next attempt goes on. */
  async end(): Promise<void> {
    if (!this.#isFinished && isLeftToNext(this.#request.context)) return
    for (const flight of this.#flights.values()) await flight.abandon()
    await this.#kept.tidied()
    await this.#sender.removeFiles()
  }

  async #renderAll(left: readonly WindowStep[], socket: ProgressSource): Promise<void> {
    let keeping: Promise<void> = Promise.resolve()
    let handover: OutputFile | null = null
    try {
      for (const step of left) {
        const flight = this.#flights.get(step.number) ?? (await this.#send(step, handover, socket))
        const entry = await flight.follow(this.#signal)
        this.#previews?.end()
        const isLast = step.number === this.#steps.length
        const outputs = windowOutputs(entry, this.#request.template, step, isLast)
        handover = outputs.handover
        // The window before is kept by now unless the machine is faster than its line: then it waits, and no more than one is at risk.
        await keeping
        const next = this.#steps[step.number]
        if (next !== undefined && !this.#flights.has(next.number)) {
          await this.#send(next, handover, socket)
        }
        const startPicture = () => this.#sender.pictureOf(step)
        keeping = this.#kept.keep(flight, outputs, startPicture).then(() => {
          this.#flights.delete(step.number)
        })
        // Heard at once, and thrown where it is awaited.
        keeping.catch((error: unknown) => this.#stop.abort(error))
      }
      await keeping
    } finally {
      // A window that failed does not cost the one before it.
      await keeping.catch(() => {})
    }
  }

  async #findEarlier(left: readonly WindowStep[], socket: ProgressSource): Promise<void> {
    const { api, backend, context } = this.#request
    const record = context.remote?.found ?? null
    const found = earlierHere(record, backend.name)
    const prompts =
      found === null
        ? []
        : await findEarlierPrompts(found, left, (sought) => this.#saved(sought), api, this.#signal)
    for (const { step, promptId, isUsable, entry } of prompts) {
      const flight = this.#sender.find(step, promptId, entry, socket)
      if (isUsable) this.#flights.set(step.number, flight)
      else await flight.abandon()
    }
    if (record === null) return
    this.#sender.begun = countEarlier(record, this.#kept.done.length, this.#flights.size)
  }

  #saved(sought: Pick<SoughtWindow, 'promptId' | 'step'>): Promise<HistoryEntry | null> {
    const { api, template, context } = this.#request
    const isLast = sought.step.number === this.#steps.length
    return findSavedFiles({ ...sought, isLast, template }, api, context.workDir, this.#signal)
  }

  async #send(
    step: WindowStep,
    there: OutputFile | null,
    socket: ProgressSource,
  ): Promise<WindowInFlight> {
    const keptPath = this.#kept.done[step.number - 2]?.handoverPath ?? null
    const flight = await this.#sender.make(step, { there, keptPath }, socket)
    this.#flights.set(step.number, flight)
    await this.#sender.send(flight, this.#flights.values(), socket)
    return flight
  }
}
