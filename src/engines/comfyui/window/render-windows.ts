// A video window by window, each a step of its own: what is done is kept, the next window is sent the moment the one before has
// ended, and a window that an earlier attempt began is followed instead of begun again. The segments joined are the video.
import { join } from 'node:path'
import type { RenderContext } from '../../../app/ports/engine.ts'
import type { StoredWindow, WindowMemory } from '../../../app/ports/window-memory.ts'
import { AppError } from '../../../domain/errors.ts'
import type { RemoteRender, WindowCount } from '../../../domain/job.ts'
import type { RenderPlan } from '../../../domain/plan.ts'
import type { WindowStep } from '../../../domain/window-steps.ts'
import { joinSegments } from '../../../media/join-segments.ts'
import type { MediaTools } from '../../../media/media-tools.ts'
import { bindWindow } from '../../../workflow/bind-window.ts'
import type { OutputFile } from '../../../workflow/outputs.ts'
import type { Template } from '../../../workflow/template.ts'
import { isLeftToNext } from '../../remote/left-to-next.ts'
import type { Backend } from '../backend.ts'
import type { ComfyApi } from '../comfy-api.ts'
import { findTwice } from '../find-prompt.ts'
import type { FollowTimes } from '../follow-times.ts'
import { ProgressSocket, type SocketTimes } from '../progress-socket.ts'
import { RemoteInputs } from '../remote-inputs.ts'
import { type FlightSurroundings, WindowInFlight } from './in-flight.ts'
import { keepWindow } from './keep-window.ts'
import { stretchesOf, type TurnedVoice } from './voice-stretch.ts'
import type { WindowInputs } from './window-inputs.ts'
import { windowOutputs } from './window-outputs.ts'
import type { WindowSampling } from './window-sampling.ts'

export interface WindowedRender {
  readonly api: ComfyApi
  readonly backend: Backend
  readonly template: Template
  readonly plan: RenderPlan
  readonly sampling: WindowSampling
  readonly media: MediaTools
  readonly prepare: () => Promise<WindowInputs>
  readonly context: RenderContext
  readonly windowMs: number
  readonly times: FollowTimes
  readonly socketTimes: SocketTimes
}

export interface WindowedResult {
  readonly path: string
  readonly warnings: readonly string[]
  readonly windows: WindowCount
}

/** @throws AppError */
export async function renderWindows(request: WindowedRender): Promise<WindowedResult> {
  const render = new WindowChain(request)
  try {
    const stored = await render.run()
    const path = join(request.context.workDir, 'windows.mp4')
    const segments = stored.map(({ segmentPath }) => segmentPath)
    await joinSegments(segments, path, request.context.signal)
    return { path, warnings: render.warnings, windows: render.count }
  } finally {
    await render.end()
  }
}

class WindowChain {
  readonly #request: WindowedRender
  readonly #memory: WindowMemory
  readonly #steps: readonly WindowStep[]
  readonly #voices: readonly TurnedVoice[]
  readonly #done: StoredWindow[]
  readonly #found: RemoteRender | null
  /** Names its inputs, and its client: the same for all windows, and for the next attempt on this machine. */
  readonly #id: string
  readonly #inputs: RemoteInputs
  readonly #sent = new Map<string, string>()
  readonly #stop = new AbortController()
  readonly #signal: AbortSignal
  readonly #garbage: Promise<unknown>[] = []
  readonly #flights = new Map<number, WindowInFlight>()
  #prepared: Promise<WindowInputs> | null = null
  #socket: ProgressSocket | null = null
  #isFinished = false
  #begun: number
  /** The handover of the last kept window, which the next window reads where it lies. */
  #handedOver: OutputFile | null = null

  constructor(request: WindowedRender) {
    const { context, backend, api, sampling } = request
    this.#request = request
    this.#memory = context.windows ?? forgetful()
    this.#steps = sampling.plan.steps
    this.#voices = stretchesOf(this.#steps)
    const unfit = this.#memory.done.findIndex((window, index) => !this.#fits(window, index))
    this.#done = this.#memory.done.slice(0, unfit < 0 ? undefined : unfit)
    const found = context.remote?.found ?? null
    this.#begun = found?.begun ?? 0
    const isHere = found?.engine === 'comfyui' && found.backend === backend.name
    this.#found = isHere && found.prompts !== undefined ? found : null
    this.#id = this.#found?.id ?? crypto.randomUUID()
    this.#inputs = new RemoteInputs(api, this.#id)
    this.#signal = AbortSignal.any([context.signal, this.#stop.signal])
  }

  warnings: readonly string[] = []

  get count(): WindowCount {
    return { needed: this.#steps.length, rendered: this.#begun }
  }

  async run(): Promise<readonly StoredWindow[]> {
    const { context, api, socketTimes } = this.#request
    this.warnings = context.remote?.found?.warnings ?? []
    const left = this.#steps.slice(this.#done.length)
    if (left.length === 0) return this.#done
    await using socket = new ProgressSocket({
      address: api.address,
      clientId: this.#id,
      onMessage: (message) => {
        for (const flight of this.#flights.values()) flight.hear(message)
      },
      times: socketTimes,
    })
    this.#socket = socket
    context.onProgress({ stage: 'waiting', done: 0, total: 0 })
    await this.#findEarlier(left)
    let keeping: Promise<void> = Promise.resolve()
    let handover: OutputFile | null = null
    for (const step of left) {
      const flight = this.#flights.get(step.number) ?? (await this.#send(step, handover))
      const entry = await flight.follow(this.#signal)
      const outputs = windowOutputs(entry, this.#request.template, step, this.#isLast(step))
      handover = outputs.handover
      // The window before is kept by now unless the machine is faster than its line: then it waits, and no more than one is at risk.
      await keeping
      const next = this.#steps[step.number]
      if (next !== undefined && !this.#flights.has(next.number)) await this.#send(next, handover)
      keeping = this.#keep(flight, outputs)
      // Heard at once, and thrown where it is awaited.
      keeping.catch((error: unknown) => this.#stop.abort(error))
    }
    await keeping
    this.#isFinished = true
    return this.#done
  }

  /** Nothing is left there, unless this program only stops: then the next attempt goes on. */
  async end(): Promise<void> {
    const { backend, times, context } = this.#request
    if (!this.#isFinished && isLeftToNext(context)) return
    for (const flight of this.#flights.values()) await flight.abandon()
    await Promise.allSettled(this.#garbage)
    await this.#inputs.remove(backend, AbortSignal.timeout(times.tidyMs)).catch(() => {})
  }

  /** Prompts of the attempt before that are still there, or have ended well: they are followed, in order, without a gap. */
  async #findEarlier(left: readonly WindowStep[]): Promise<void> {
    const prompts = this.#found?.prompts ?? []
    let isUnbroken = true
    for (const step of left) {
      const prompt = prompts.find(({ window }) => window === step.number)
      if (prompt === undefined) return
      const { api } = this.#request
      const place = await findTwice(api, prompt.id, this.#signal)
      const isUsable =
        place.state !== 'nowhere' && (place.state !== 'ended' || place.entry.succeeded)
      isUnbroken &&= isUsable
      const graph = bindWindow(this.#request.template, {})
      const flight = new WindowInFlight(
        step,
        { id: prompt.id, graph, isFound: true },
        this.#around(),
      )
      if (isUnbroken) this.#flights.set(step.number, flight)
      else if (place.state !== 'nowhere') await flight.abandon()
    }
  }

  async #send(step: WindowStep, handover: OutputFile | null): Promise<WindowInFlight> {
    const { template, sampling, context, backend, plan } = this.#request
    const inputs = await this.#prepareOnce()
    const { stretch, turnSeconds } = this.#voices[step.number - 1]!
    const id = crypto.randomUUID()
    const isLast = this.#isLast(step)
    const graph = bindWindow(template, {
      ...sampling.valuesOf(step),
      image: await this.#sendOnce(inputs.isStill ? 'image.png' : `image-${step.number}.png`, () =>
        inputs.picture(step),
      ),
      audio: await this.#sendOnce(`voice-${stretch.index}.wav`, () => inputs.voice(stretch)),
      audio_turn: turnSeconds,
      ...(step.number === 1 ? {} : { previous_frames: await this.#previous(step, handover) }),
      // A name of its own: ComfyUI numbers the files of a name by looking into the folder, and goes on in an old one.
      filename_prefix: `infinitetalk/${id}-frame`,
      ...(isLast ? {} : { handover_prefix: `infinitetalk/${id}-last` }),
    })
    const flight = new WindowInFlight(step, { id, graph, isFound: false }, this.#around())
    this.#flights.set(step.number, flight)
    await this.#socket?.settled(this.#signal)
    this.#signal.throwIfAborted()
    const prompts = [...this.#flights.values()].map(({ step: { number }, promptId }) => ({
      window: number,
      id: promptId,
    }))
    const place = { engine: 'comfyui', backend: backend.name, id: this.#id, seed: plan.seed }
    this.#begun += 1
    const begun = this.#begun
    await context.remote?.keep({ ...place, warnings: this.warnings, prompts, begun })
    await flight.send(this.#signal)
    return flight
  }

  /** On the machine that made them they are read where they lie; anywhere else what was kept is sent. */
  async #previous({ number }: WindowStep, handover: OutputFile | null): Promise<string> {
    if (handover !== null) {
      const { subfolder, filename, type } = handover
      return `${subfolder === '' ? '' : `${subfolder}/`}${filename} [${type}]`
    }
    const path = this.#done[number - 2]?.handoverPath
    if (path == null)
      throw new AppError('internal_error', `Window ${number} has no window before it.`)
    return this.#sendOnce(`before-${number}.png`, async () => path)
  }

  async #keep(flight: WindowInFlight, outputs: ReturnType<typeof windowOutputs>): Promise<void> {
    const { api, backend, media, context, plan, sampling, times } = this.#request
    const { step } = flight
    const { number, firstNewFrame: firstFrame, newFrames: frames, length } = step
    const renderSeconds = (performance.now() - flight.startedMs) / 1000
    const of = { number, firstFrame, frames, length, seed: sampling.seedOf(step), renderSeconds }
    const window = { ...of, backend: backend.name }
    const keep = this.#memory.keep.bind(this.#memory)
    const around = { api, backend, media, context: { ...context, signal: this.#signal }, keep }
    this.#done.push(await keepWindow({ window, outputs, size: plan.size }, around))
    this.#flights.delete(number)
    const tidy = AbortSignal.timeout(times.tidyMs)
    const read = this.#handedOver === null ? [] : [this.#handedOver]
    this.#handedOver = outputs.handover
    this.#garbage.push(
      flight.forget(tidy).catch(() => {}),
      Promise.allSettled([...outputs.frames, ...read].map((file) => api.emptyOutput(file, tidy))),
    )
  }

  async #sendOnce(suffix: string, path: () => Promise<string>): Promise<string> {
    const known = this.#sent.get(suffix)
    if (known !== undefined) return known
    const reference = await this.#inputs.sendFile(suffix, await path(), this.#signal)
    this.#sent.set(suffix, reference)
    return reference
  }

  async #prepareOnce(): Promise<WindowInputs> {
    this.#prepared ??= this.#request.prepare()
    const prepared = await this.#prepared
    this.warnings = prepared.warnings
    return prepared
  }

  #around(): FlightSurroundings {
    const { api, backend, windowMs, times, context, sampling } = this.#request
    const socket = this.#socket
    if (socket === null) throw new AppError('internal_error', 'A window was sent without a socket.')
    const counts = { windows: this.#steps.length, stepsPerWindow: sampling.stepsPerWindow }
    const { onProgress } = context
    return { api, backend, socket, clientId: this.#id, ...counts, windowMs, times, onProgress }
  }

  #isLast({ number }: WindowStep): boolean {
    return number === this.#steps.length
  }

  /** Another version of this program may have cut the video otherwise: its windows do not fit then. */
  #fits(window: StoredWindow, index: number): boolean {
    const step = this.#steps[index]
    return (
      step !== undefined &&
      window.number === step.number &&
      window.firstFrame === step.firstNewFrame &&
      window.frames === step.newFrames &&
      window.length === step.length
    )
  }
}

/** For a caller who ends with the render: the files stay where they were made. */
function forgetful(): WindowMemory {
  return { done: [], keep: async (window, files) => ({ ...window, ...files }) }
}
