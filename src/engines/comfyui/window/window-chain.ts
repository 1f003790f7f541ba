// The loop over the windows of a video, or of a piece of it, on one ComfyUI: the next window is sent as soon as the previous one ends,
// finished windows are stored meanwhile, and a window that a previous attempt began is followed instead of sent again.
import type { StoredWindow } from '../../../app/ports/window-memory.ts'
import type { RemotePrompt, WindowCount } from '../../../domain/job.ts'
import { endsVideo, type WindowStep } from '../../../domain/window-steps.ts'
import type { OutputFile } from '../../../workflow/outputs.ts'
import { isLeftToNext } from '../../remote/left-to-next.ts'
import type { HistoryEntry } from '../comfy-answers.ts'
import { PreviewFrames } from '../preview-frames.ts'
import type { ProgressSource } from '../progress-socket.ts'
import { countEarlier, earlierHere, findEarlierPrompts } from './earlier-windows.ts'
import type { WindowInFlight } from './in-flight.ts'
import { KeptWindows } from './kept-windows.ts'
import { findSavedFiles } from './saved-files.ts'
import { type WindowEnds, windowOutputs } from './window-outputs.ts'
import { WindowSender } from './window-sender.ts'
import type { PreviousFrames } from './window-uploads.ts'
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
    this.#steps = request.piece.steps
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
    this.#request.piece.before?.leave()
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
        const ends = this.#endsOf(step, flight.hasLead)
        const outputs = windowOutputs(entry, this.#request.template, step, ends)
        handover = outputs.handover
        // The window before is kept by now unless the machine is faster than its line: then it waits, and no more than one is at risk.
        await keeping
        const next = this.#steps[this.#indexOf(step) + 1]
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
        : await findEarlierPrompts(
            found,
            left,
            (step, prompt) => this.#saved(step, prompt),
            api,
            this.#signal,
          )
    // A piece that began with a lead cannot follow the frames that the piece before has handed over meanwhile, and the other way round.
    const begins = this.#kept.done.length === 0
    const hasLead = begins && this.#request.piece.before?.hasLead === true
    const fits = !begins || (prompts[0]?.prompt.hasLead === true) === hasLead
    for (const { step, prompt, isUsable, entry } of prompts) {
      const flight = this.#sender.find(step, prompt, entry, socket)
      if (isUsable && fits) this.#flights.set(step.number, flight)
      else await flight.abandon()
    }
    if (hasLead && this.#flights.size > 0) await this.#request.piece.before?.begin(this.#signal)
    if (record === null) return
    this.#sender.begun = countEarlier(
      record,
      this.#steps[0]!.number - 1 + this.#kept.done.length,
      this.#flights.size,
    )
  }

  #saved(step: WindowStep, { id, hasLead = false }: RemotePrompt): Promise<HistoryEntry | null> {
    const { api, template, context } = this.#request
    const sought = { promptId: id, step, ...this.#endsOf(step, hasLead), template }
    return findSavedFiles(sought, api, context.workDir, this.#signal)
  }

  #endsOf(step: WindowStep, hasLead: boolean): WindowEnds {
    const { sampling, plan } = this.#request
    const { motionFrames } = sampling.plan
    return { isLast: endsVideo(step, plan), leadFrames: hasLead ? motionFrames : 0 }
  }

  #indexOf({ number }: WindowStep): number {
    return number - this.#steps[0]!.number
  }

  async #send(
    step: WindowStep,
    there: OutputFile | null,
    socket: ProgressSource,
  ): Promise<WindowInFlight> {
    const flight = await this.#sender.make(step, await this.#previous(step, there), socket)
    this.#flights.set(step.number, flight)
    await this.#sender.send(flight, this.#flights.values(), socket)
    return flight
  }

  /** null for a window that begins with its picture: the first of the video, or of a piece with a lead. */
  async #previous(step: WindowStep, there: OutputFile | null): Promise<PreviousFrames | null> {
    if (step.number === 1) return null
    const index = this.#indexOf(step)
    if (index > 0) {
      return { there, keptPath: this.#kept.done[index - 1]?.handoverPath ?? null }
    }
    const before = (await this.#request.piece.before?.begin(this.#signal)) ?? null
    return before === null ? null : { there: null, keptPath: before.handoverPath }
  }
}
