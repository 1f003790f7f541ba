// The files that a render's windows read on their ComfyUI: each is made and sent when the first window needs it, and once.
import { AppError } from '../../../domain/errors.ts'
import type { TalkTurn } from '../../../domain/turns.ts'
import type { WindowStep } from '../../../domain/window-steps.ts'
import type { OutputFile } from '../../../workflow/outputs.ts'
import type { ParameterValues } from '../../../workflow/parameters.ts'
import type { Backend } from '../backend.ts'
import { RemoteInputs } from '../remote-inputs.ts'
import type { TurnedVoice } from './voice-stretch.ts'
import type { WindowInputs } from './window-inputs.ts'
import type { WindowedRender } from './windowed-render.ts'

/** The last frames of the previous window. */
export interface PreviousFrames {
  /** On the machine that made them they are read where they lie. */
  readonly there: OutputFile | null
  /** Anywhere else what was kept is sent. */
  readonly keptPath: string | null
}

export class WindowUploads {
  readonly #request: Pick<WindowedRender, 'api' | 'prepare'>
  readonly #inputs: RemoteInputs
  readonly #sent = new Map<string, string>()
  #prepared: Promise<WindowInputs> | null = null

  /** @param id names the files */
  constructor(request: Pick<WindowedRender, 'api' | 'prepare'>, id: string) {
    this.#request = request
    this.#inputs = new RemoteInputs(request.api, id)
  }

  /** Those of the preparation, which is made when the first window is sent. */
  async warnings(): Promise<readonly string[]> {
    return (await this.#prepareOnce()).warnings
  }

  /** On this disk. @throws AppError as prepareWindowInputs() */
  async pictureOf(step: WindowStep): Promise<string> {
    return (await this.#prepareOnce()).picture(step)
  }

  /**
   * @param talker who of two people talks in the window
   * @param previous null for a window that begins with its picture
   * @throws AppError as prepareWindowInputs() and RemoteInputs.sendFile()
   */
  async valuesOf(
    step: WindowStep,
    { stretch, turnSeconds }: TurnedVoice,
    talker: TalkTurn['talker'],
    previous: PreviousFrames | null,
    signal: AbortSignal,
  ): Promise<ParameterValues> {
    const inputs = await this.#prepareOnce()
    const { number } = step
    const send = (suffix: string, path: () => Promise<string>): Promise<string> =>
      this.#sendOnce(suffix, path, signal)
    return {
      image: await send(inputs.isStill ? 'image.png' : `image-${number}.png`, () =>
        inputs.picture(step),
      ),
      audio: await send(`${stretch.name}.wav`, () => inputs.voice(stretch)),
      audio_turn: turnSeconds,
      ...(await this.#masks(inputs, talker, signal)),
      ...(previous === null
        ? {}
        : { previous_frames: await this.#previous(number, previous, signal) }),
    }
  }

  /** @throws AppError `engine_unreachable` */
  remove(backend: Backend, signal: AbortSignal): Promise<void> {
    return this.#inputs.remove(backend, signal)
  }

  /** Those of two people are sent once: only who comes first changes from window to window. */
  async #masks(
    { masks }: WindowInputs,
    talker: TalkTurn['talker'],
    signal: AbortSignal,
  ): Promise<ParameterValues> {
    if (masks === null) return {}
    const send = (index: number): Promise<string> =>
      this.#sendOnce(`mask-${index}.png`, async () => masks[index]!, signal)
    return { mask_1: await send(talker), mask_2: await send(1 - talker) }
  }

  async #previous(
    number: number,
    { there, keptPath }: PreviousFrames,
    signal: AbortSignal,
  ): Promise<string> {
    if (there !== null) return this.#inputs.reuse(there, `before-${number}.png`, signal)
    if (keptPath !== null) {
      return this.#sendOnce(`before-${number}.png`, async () => keptPath, signal)
    }
    throw new AppError('internal_error', `Window ${number} has no window before it.`)
  }

  async #sendOnce(
    suffix: string,
    path: () => Promise<string>,
    signal: AbortSignal,
  ): Promise<string> {
    const known = this.#sent.get(suffix)
    if (known !== undefined) return known
    const reference = await this.#inputs.sendFile(suffix, await path(), signal)
    this.#sent.set(suffix, reference)
    return reference
  }

  #prepareOnce(): Promise<WindowInputs> {
    this.#prepared ??= this.#request.prepare()
    return this.#prepared
  }
}
