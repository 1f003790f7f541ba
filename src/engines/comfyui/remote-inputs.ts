// The files of one render in the input folder of a ComfyUI: sent under names that begin with the prompt's id, so that no two
// renders share one, and deleted afterwards: nobody's face and voice stay on a machine longer than needed.
import { extname } from 'node:path'
import { AppError } from '../../domain/errors.ts'
import type { OutputFile } from '../../workflow/outputs.ts'
import type { ParameterName, ParameterValues } from '../../workflow/parameters.ts'
import type { Template } from '../../workflow/template.ts'
import type { Backend } from './backend.ts'
import type { ComfyApi } from './comfy-api.ts'
import type { PreparedInputs } from './prepare-inputs.ts'
import { INPUT_FOLDER } from './upload-input.ts'

type InputParameter = Extract<
  ParameterName,
  'image' | 'video' | 'audio' | 'audio_2' | 'mask_1' | 'mask_2' | 'mask_background'
>

export class RemoteInputs {
  readonly #api: ComfyApi
  readonly #promptId: string
  readonly #names: Set<string>

  /** @param names what was sent before, by an earlier attempt */
  constructor(api: ComfyApi, promptId: string, names: readonly string[] = []) {
    this.#api = api
    this.#promptId = promptId
    this.#names = new Set(names)
  }

  /** The inputs of a resumed render: the names in its graph that begin with its id. */
  static ofGraph(api: ComfyApi, promptId: string, graph: unknown): RemoteInputs {
    const reference = new RegExp(`"${INPUT_FOLDER}/(${promptId}-[a-z0-9-]+\\.[a-z0-9]+)"`, 'g')
    const names = [...JSON.stringify(graph ?? {}).matchAll(reference)].map(([, name]) => name!)
    return new RemoteInputs(api, promptId, names)
  }

  /**
   * Sends what the workflow has a place for.
   *
   * @returns how its nodes name the files
   * @throws AppError `input_too_large`, `engine_unreachable`, `engine_failed`, `canceled`
   */
  async send(
    prepared: PreparedInputs,
    { bindings }: Template,
    signal: AbortSignal,
  ): Promise<ParameterValues> {
    const values: Partial<Record<InputParameter, string>> = {}
    for (const [parameter, path] of filesOf(prepared)) {
      if (!bindings.has(parameter)) continue
      const name = `${this.#promptId}-${parameter.replace('_', '-')}${extname(path)}`
      this.#names.add(name)
      values[parameter] = await this.#api.upload({ path, name, signal })
    }
    return values
  }

  /**
   * Sends one file under a name of this render's own.
   *
   * @param suffix small letters, digits, `-` and the kind of the file: a stored file has no name to tell it
   * @returns how a node names it
   * @throws AppError as send()
   */
  async sendFile(suffix: string, path: string, signal: AbortSignal): Promise<string> {
    const name = `${this.#promptId}-${suffix}`
    this.#names.add(name)
    return this.#api.upload({ path, name, signal })
  }

  /** A file that an earlier prompt made, which some servers read where it lies. @throws AppError as send() */
  async reuse(file: OutputFile, suffix: string, signal: AbortSignal): Promise<string> {
    return this.#api.inputOf(file, `${this.#promptId}-${suffix}`, signal)
  }

  /** @throws AppError when one of them could not be removed */
  async remove(backend: Pick<Backend, 'removeInputs'>, signal: AbortSignal): Promise<void> {
    const names = [...this.#names]
    if (names.length === 0) return
    if (backend.removeInputs !== undefined) {
      await backend.removeInputs(names.map((name) => `${INPUT_FOLDER}/${name}`))
    } else {
      await Promise.all(names.map((name) => this.#api.upload({ path: null, name, signal })))
    }
    this.#names.clear()
  }
}

function filesOf(prepared: PreparedInputs): readonly (readonly [InputParameter, string])[] {
  const { imagePath, videoPath, voicePaths, maskPaths } = prepared
  const [voice, secondVoice] = voicePaths
  if (voice === undefined)
    throw new AppError('internal_error', 'A render was prepared without a voice.')
  return [
    ['image', imagePath],
    ...(videoPath === null ? [] : [['video', videoPath] as const]),
    ['audio', voice],
    ...(secondVoice === undefined ? [] : [['audio_2', secondVoice] as const]),
    ...(maskPaths === null
      ? []
      : ([
          ['mask_1', maskPaths[0]],
          ['mask_2', maskPaths[1]],
          ['mask_background', maskPaths[2]],
        ] as const)),
  ]
}
