// From a plan to the values of a workflow: windows, frames, steps, prompts, and what the presets fill in. Pure. Files and
// names are not here: they are known once the inputs lie on the backend.

import {
  DEFAULT_WINDOWING,
  equaliseWindows,
  planWindows,
  type WindowPlan,
} from '@infinitetalk/arithmetic'
import { DEFAULT_PROMPT } from '@infinitetalk/contract/plain'
import { AppError } from '../../domain/errors.ts'
import type { RenderPlan, SamplingChoices } from '../../domain/plan.ts'
import { samplingPreset } from '../../domain/presets.ts'
import { audioFeatureFrames, checkWindowing, numFramesParameter } from '../../domain/windowing.ts'
import type { ParameterName, ParameterValues } from '../../workflow/parameters.ts'
import type { Template } from '../../workflow/template.ts'

export interface SamplingParameters {
  readonly values: ParameterValues
  readonly windows: WindowPlan
  /** Sampling steps that each window really takes. */
  readonly stepsPerWindow: number
}

/** @throws AppError `engine_unsupported` naming every option that was asked for and the workflow has no place for; `invalid_request` */
export function samplingParameters(plan: RenderPlan, template: Template): SamplingParameters {
  const { sampling } = plan
  refuseUnbound(sampling, template)
  const inputType = plan.video === null ? 'image' : 'video'
  const preset = samplingPreset(sampling.preset, inputType, sampling.steps)
  const windows = windowsFor(plan)
  return {
    windows,
    stepsPerWindow: preset.steps - preset.startStep,
    values: {
      ...askedFor(sampling),
      prompt: promptText(sampling.prompts),
      text_cache: isDefaultPrompt(sampling),
      width: plan.size.width,
      height: plan.size.height,
      num_frames: numFramesParameter(plan.seconds),
      ...(plan.video === null ? {} : { video_frames: windows.outputFrames }),
      seed: plan.seed,
      steps: preset.steps,
      start_step: preset.startStep,
      cfg: sampling.cfg ?? preset.cfg,
      shift: sampling.shift ?? preset.shift,
      scheduler: sampling.scheduler ?? preset.scheduler,
      audio_scale: sampling.audioScale ?? preset.audioScale,
      audio_cfg_scale: sampling.audioCfgScale ?? preset.audioCfgScale,
      block_swap: sampling.blockSwap ?? preset.blockSwap,
      motion_frames: windows.motionFrames,
      window_frames: windows.windowFrames,
      // The VAE runs inside the loop: this is where offloading saves the memory that the sampler's own does not.
      force_offload: sampling.forceOffload,
      tiled_vae: sampling.forceOffload,
    },
  }
}

/** Counted over what the sampler will see, which truncates: a frame less than the video may save a window. */
function windowsFor({ seconds, sampling }: RenderPlan): WindowPlan {
  const frames = Math.max(1, audioFeatureFrames(seconds))
  const windowing = checkWindowing({
    windowFrames: sampling.windowFrames ?? DEFAULT_WINDOWING.windowFrames,
    motionFrames: sampling.motionFrames ?? DEFAULT_WINDOWING.motionFrames,
  })
  return sampling.equaliseWindows
    ? equaliseWindows(frames, windowing)
    : planWindows(frames, windowing)
}

/** Values that only count when the request has them; where it is silent, the graph's own stay. */
function askedFor(sampling: SamplingChoices): ParameterValues {
  const { negativePrompt, attention, colorMatch, loras } = sampling
  return {
    ...(negativePrompt === null ? {} : { negative_prompt: plainPrompt(negativePrompt) }),
    ...(attention === null ? {} : { attention }),
    ...(colorMatch === null ? {} : { color_match: colorMatch }),
    ...(loras.length === 0 ? {} : { loras }),
  }
}

/** People's own prompts would fill the cache on ComfyUI's disk; caching the default saves the text encoder each time. */
function isDefaultPrompt({ prompts, negativePrompt }: SamplingChoices): boolean {
  return prompts.length === 1 && prompts[0] === DEFAULT_PROMPT && negativePrompt === null
}

/** The text encoder takes one prompt per window, divided by bars. */
function promptText(prompts: readonly string[]): string {
  return prompts.map(plainPrompt).join(' | ')
}

/** Punctuation in a prompt must not begin a new window or name one. */
function plainPrompt(text: string): string {
  return text.replaceAll('|', ',').replaceAll(/\[(\d+)\]/g, '($1)')
}

/** Wire names of the options that a workflow may have no place for, with the parameter they set. */
const OPTIONS: readonly (readonly [
  option: string,
  parameter: ParameterName,
  isAsked: (choices: SamplingChoices) => boolean,
])[] = [
  ['negative_prompt', 'negative_prompt', ({ negativePrompt }) => negativePrompt !== null],
  ['steps', 'steps', ({ steps }) => steps !== null],
  ['cfg', 'cfg', ({ cfg }) => cfg !== null],
  ['shift', 'shift', ({ shift }) => shift !== null],
  ['scheduler', 'scheduler', ({ scheduler }) => scheduler !== null],
  ['audio_scale', 'audio_scale', ({ audioScale }) => audioScale !== null],
  ['audio_cfg_scale', 'audio_cfg_scale', ({ audioCfgScale }) => audioCfgScale !== null],
  ['loras', 'loras', ({ loras }) => loras.length > 0],
  ['block_swap', 'block_swap', ({ blockSwap }) => blockSwap !== null],
  ['attention', 'attention', ({ attention }) => attention !== null],
  ['motion_frames', 'motion_frames', ({ motionFrames }) => motionFrames !== null],
  ['window_frames', 'window_frames', ({ windowFrames }) => windowFrames !== null],
  ['equalise_windows', 'window_frames', ({ equaliseWindows }) => equaliseWindows],
  ['color_match', 'color_match', ({ colorMatch }) => colorMatch !== null],
]

/** @throws AppError `engine_unsupported` naming every option that was asked for and the workflow has no place for */
export function refuseUnbound(sampling: SamplingChoices, template: Template): void {
  const names = OPTIONS.filter(
    ([, parameter, isAsked]) => isAsked(sampling) && !template.bindings.has(parameter),
  ).map(([option]) => option)
  const [first] = names
  if (first === undefined) return
  const detail = `The workflow "${template.name}" has no place for ${names.join(', ')}.`
  throw new AppError('engine_unsupported', detail, {
    pointer: `/${first}`,
    meta: { workflow: template.name, unsupported: names },
  })
}
