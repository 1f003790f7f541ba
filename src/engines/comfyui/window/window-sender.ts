// Sends windows to a ComfyUI: the files of each, its graph, and the record by which the next attempt finds it, written before it is
// sent.
import type { RemotePrompt, WindowCount } from '../../../domain/job.ts'
import { endsVideo, type WindowStep } from '../../../domain/window-steps.ts'
import { bindWindow, decodeInTiles } from '../../../workflow/bind-window.ts'
import type { Graph } from '../../../workflow/graph.ts'
import type { HistoryEntry } from '../comfy-answers.ts'
import type { ProgressSource } from '../progress-socket.ts'
import { earlierHere } from './earlier-windows.ts'
import { type FlightPrompt, type FlightSurroundings, WindowInFlight } from './in-flight.ts'
import { filePrefixes } from './saved-files.ts'
import { stretchesOf, type TurnedVoice } from './voice-stretch.ts'
import { type PreviousFrames, WindowUploads } from './window-uploads.ts'
import type { WindowedRender } from './windowed-render.ts'

export class WindowSender {
  /** Names its inputs, and its client: the same for all windows, and for the next attempt on this machine. */
  readonly id: string
  readonly #request: WindowedRender
  readonly #voices: readonly TurnedVoice[]
  readonly #uploads: WindowUploads
  readonly #signal: AbortSignal

  constructor(request: WindowedRender, signal: AbortSignal) {
    const { context, backend, sampling } = request
    const found = context.remote?.found ?? null
    this.#request = request
    this.#signal = signal
    this.#voices = stretchesOf(sampling.plan.steps)
    this.begun = found?.begun ?? request.tally.begun
    this.id = earlierHere(found, backend.name)?.id ?? crypto.randomUUID()
    this.#uploads = new WindowUploads(request, this.id)
    this.warnings = found?.warnings ?? []
  }

  warnings: readonly string[]
  /** Windows that were begun so far, by all attempts. */
  begun: number

  get count(): WindowCount {
    return { needed: this.#request.piece.steps.length, rendered: this.begun }
  }

  /** Its files are there, and nothing is sent yet. @throws AppError as WindowUploads.valuesOf() */
  async make(
    step: WindowStep,
    previous: PreviousFrames | null,
    socket: ProgressSource,
  ): Promise<WindowInFlight> {
    const id = crypto.randomUUID()
    const graph = await this.#bind(step, id, previous)
    const hasLead = previous === null && step.number > 1
    return this.#flight(step, { id, graph, hasLead, isFound: false }, socket)
  }

  /**
   * @param all windows that are not kept yet, this one included
   * @throws AppError as WindowInFlight.send(); `worker_lost` when this attempt is not the running one
   */
  async send(
    flight: WindowInFlight,
    all: Iterable<WindowInFlight>,
    socket: ProgressSource,
  ): Promise<void> {
    const { context, backend, plan, lost, memorySteps, tally } = this.#request
    await socket.settled(this.#signal)
    this.#signal.throwIfAborted()
    const windows = [...all]
    const place = { engine: 'comfyui', backend: backend.name, id: this.id, seed: plan.seed }
    this.begun += 1
    tally.begun = this.begun
    const { warnings, begun } = this
    const left = lost.length === 0 ? {} : { lost }
    const spared = memorySteps.length === 0 ? {} : { memorySteps: [...memorySteps] }
    const keep = async (): Promise<void> => {
      const prompts = windows.map(({ step, promptId, hasLead }) => ({
        ...{ window: step.number, id: promptId },
        ...(hasLead ? { hasLead } : {}),
      }))
      await context.remote?.keep({ ...place, warnings, prompts, begun, ...left, ...spared })
    }
    await keep()
    const { promptId } = flight
    await flight.send(this.#signal)
    // Without the id that a service made itself the window is hard to find again.
    if (flight.promptId !== promptId) await keep()
  }

  /** A window that an earlier attempt sent. */
  find(
    step: WindowStep,
    { id, hasLead = false }: RemotePrompt,
    entry: HistoryEntry | null,
    socket: ProgressSource,
  ): WindowInFlight {
    const graph = bindWindow(this.#request.template, {})
    return this.#flight(step, { id, graph, hasLead, isFound: true }, socket, entry)
  }

  /** The picture on this disk that the window begins with. @throws AppError as prepareWindowInputs() */
  pictureOf(step: WindowStep): Promise<string> {
    return this.#uploads.pictureOf(step)
  }

  /** Best effort: deletes the files that were sent. */
  async removeFiles(): Promise<void> {
    const { backend, times } = this.#request
    await this.#uploads.remove(backend, AbortSignal.timeout(times.tidyMs)).catch(() => {})
  }

  async #bind(step: WindowStep, promptId: string, previous: PreviousFrames | null): Promise<Graph> {
    const { template, sampling, plan } = this.#request
    const { steps } = sampling.plan
    const voice = this.#voices[step.number - steps[0]!.number]!
    const talker = sampling.talkerOf(step)
    const files = await this.#uploads.valuesOf(step, voice, talker, previous, this.#signal)
    this.warnings = await this.#uploads.warnings()
    const isLast = endsVideo(step, plan)
    const prefixes = filePrefixes(promptId)
    const { tiledVae } = this.#request.relief
    const values = {
      ...sampling.valuesOf(step),
      ...files,
      // A name of its own: ComfyUI numbers the files of a name by looking into the folder, and goes on in an old one.
      filename_prefix: prefixes.frame,
      ...(isLast ? {} : { handover_prefix: prefixes.last }),
    }
    const graph = bindWindow(template, values)
    return tiledVae ? decodeInTiles(graph) : graph
  }

  #flight(
    step: WindowStep,
    prompt: FlightPrompt,
    socket: ProgressSource,
    entry: HistoryEntry | null = null,
  ): WindowInFlight {
    const { api, backend, windowMs, times, context, sampling, piece } = this.#request
    const firstWindow = piece.steps[0]!.number
    const around: FlightSurroundings = {
      ...{ api, backend, socket, clientId: this.id, windowMs, times },
      previews: context.onFrame !== undefined,
      windows: piece.steps.length,
      firstWindow,
      stepsPerWindow: sampling.stepsPerWindow,
      framesAfter: piece.steps
        .slice(step.number - firstWindow + 1)
        .reduce((frames, { length }) => frames + length, 0),
      onProgress: context.onProgress,
    }
    return new WindowInFlight(step, prompt, around, entry)
  }
}
