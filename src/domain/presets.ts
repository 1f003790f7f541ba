// The values of the presets, and the defaults of a request. They are the usual ones for InfiniteTalk with the lightx2v distillation
// LoRA; `quality` favours the lips.

import { DEFAULT_WINDOWING, type Windowing } from '@infinitetalk/arithmetic'
import type { InputType, Preset } from '@infinitetalk/contract'
import { checkWindowing } from './windowing.ts'

export interface SamplingPreset {
  readonly steps: number
  /** Steps skipped at the start: a video keeps half of its content, a picture is sampled from noise. */
  readonly startStep: number
  readonly cfg: number
  readonly shift: number
  readonly scheduler: string
  /** Strength of the voice on the picture. */
  readonly audioScale: number
  /** Any value except 1 costs a second pass of the model in every step. */
  readonly audioCfgScale: number
  readonly blockSwap: number
}

const STEPS: Readonly<Record<Preset, Readonly<Record<InputType, number>>>> = {
  draft: { image: 4, video: 2 },
  balanced: { image: 6, video: 4 },
  quality: { image: 10, video: 8 },
}

const AUDIO_CFG_SCALE: Readonly<Record<Preset, number>> = { draft: 1, balanced: 1, quality: 2 }

/** Stronger for a video, whose mouths already say something else. */
const AUDIO_SCALE: Readonly<Record<InputType, number>> = { image: 1, video: 1.5 }

/** The `steps` of the request override those of the preset. */
export function samplingPreset(
  preset: Preset,
  inputType: InputType,
  askedSteps: number | null,
): SamplingPreset {
  const steps = askedSteps ?? STEPS[preset][inputType]
  return {
    steps,
    startStep: inputType === 'video' ? Math.floor(steps / 2) : 0,
    cfg: 1,
    shift: 11,
    scheduler: 'dpm++_sde',
    audioScale: AUDIO_SCALE[inputType],
    audioCfgScale: AUDIO_CFG_SCALE[preset],
    blockSwap: 20,
  }
}

/** How an engine samples one video: windows, and steps of each. */
export interface WindowedSampling extends Windowing {
  readonly equalise: boolean
  readonly stepsPerWindow: number
  /** The last window is only as long as the voice needs. Absent when all windows are whole. */
  readonly shortLastWindow?: boolean
  /** Maximum number of pieces, each rendered on a machine of its own. Absent: one. */
  readonly pieces?: number
}

export interface SamplingRequest {
  /** Its name; null for the default. */
  readonly workflow?: string | null
  readonly preset: Preset
  readonly inputType: InputType
  readonly steps: number | null
  readonly windowFrames: number | null
  readonly motionFrames: number | null
  readonly equaliseWindows: boolean
  readonly pieces?: number
}

export function windowedSampling(request: SamplingRequest): WindowedSampling {
  const { steps, startStep } = samplingPreset(request.preset, request.inputType, request.steps)
  return {
    ...checkWindowing({
      windowFrames: request.windowFrames ?? DEFAULT_WINDOWING.windowFrames,
      motionFrames: request.motionFrames ?? DEFAULT_WINDOWING.motionFrames,
    }),
    equalise: request.equaliseWindows,
    stepsPerWindow: steps - startStep,
  }
}
