// The stored windows of a render. Once a window is stored, its copies on the ComfyUI are deleted.
import type { StoredWindow, WindowMemory } from '../../../app/ports/window-memory.ts'
import { Deadline } from '../../../async/deadline.ts'
import { toAppError } from '../../../domain/errors.ts'
import type { OutputFile } from '../../../workflow/outputs.ts'
import { fittingWindows } from './earlier-windows.ts'
import type { WindowInFlight } from './in-flight.ts'
import { keepWindow } from './keep-window.ts'
import { removeOutputs } from './remove-outputs.ts'
import type { WindowOutputs } from './window-outputs.ts'
import type { WindowedRender } from './windowed-render.ts'

export class KeptWindows {
  readonly #done: StoredWindow[]
  readonly #memory: WindowMemory
  readonly #request: WindowedRender
  readonly #signal: AbortSignal
  #tidying: Promise<void> = Promise.resolve()
  /** The handover of the last kept window, which the next window reads where it lies. */
  #handedOver: OutputFile | null = null

  constructor(request: WindowedRender, signal: AbortSignal) {
    const { windows, piece } = request
    this.#memory = windows
    this.#done = fittingWindows(this.#memory.done, piece.steps)
    this.#request = request
    this.#signal = signal
  }

  /** In order, without a gap. */
  get done(): readonly StoredWindow[] {
    return this.#done
  }

  /**
   * @param startPicture the picture that the window began with
   * @throws AppError as keepWindow()
   */
  async keep(
    flight: WindowInFlight,
    outputs: WindowOutputs,
    startPicture: () => Promise<string>,
  ): Promise<void> {
    const { api, backend, media, voice, context, plan, sampling, piece } = this.#request
    const { step } = flight
    const { number, firstNewFrame: firstFrame, newFrames: frames, length } = step
    const renderSeconds = (performance.now() - flight.startedMs) / 1000
    const of = { number, firstFrame, frames, length, seed: sampling.seedOf(step), renderSeconds }
    const window = { ...of, backend: backend.name }
    const keep = this.#memory.keep.bind(this.#memory)
    const around = { api, backend, media, context: { ...context, signal: this.#signal }, keep }
    try {
      const seam = step === piece.steps.at(-1) ? piece.after : null
      const toKeep = { window, outputs, size: plan.size, voice, seam, startPicture }
      const stored = await keepWindow(toKeep, around)
      this.#done.push(stored)
      seam?.handed(stored)
      if (stored.leadPath !== null) piece.before?.led(stored.leadPath)
    } catch (thrown) {
      if (step === piece.steps.at(-1)) piece.after?.handed(null)
      if (toAppError(thrown).code === 'output_invalid') this.#tidy(flight, outputs)
      throw thrown
    }
    this.#tidy(flight, outputs)
  }

  /** All copies are deleted, as far as ComfyUI let them be. */
  tidied(): Promise<void> {
    return this.#tidying
  }

  /** One window after the other: what is removed slowly does not pile up as requests. */
  #tidy(flight: WindowInFlight, { lead, frames, handover }: WindowOutputs): void {
    const { api, backend, times, piece } = this.#request
    const read = this.#handedOver === null ? [] : [this.#handedOver]
    this.#handedOver = handover
    // The next piece is sent what was kept.
    if (flight.step === piece.steps.at(-1) && handover !== null) read.push(handover)
    this.#tidying = this.#tidying.then(async () => {
      using deadline = new Deadline(times.tidyMs)
      await flight.forget(deadline.signal).catch(() => {})
      await removeOutputs([...lead, ...frames, ...read], api, backend, times.tidyMs)
    })
  }
}
