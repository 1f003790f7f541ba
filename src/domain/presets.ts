// The values of the presets, and the defaults of a request. The numbers are those of InfiniteTalk
// with the lightx2v distillation LoRA, as its users run it; `quality` spends them on the lips.

import { DEFAULT_WINDOWING, type Windowing } from '@infinitetalk/arithmetic'
import type { InputType, Preset } from '@infinitetalk/contract'
import { checkWindowing } from './windowing.ts'

export interface SamplingPreset {
  readonly steps: number
  /** Steps left out at the start: a video keeps half of what it shows, a picture is sampled from noise. */
  readonly startStep: number
  readonly cfg: number
  readonly shift: number
  readonly scheduler: string
  /** Strength of the voice on the picture. */
  readonly audioScale: number
  /** Other than 1, every step costs a second pass of the model. */
  readonly audioCfgScale: number
  readonly blockSwap: number
}

const STEPS: Readonly<Record<Preset, Readonly<Record<InputType, number>>>> = {
  draft: { image: 4, video: 2 },
  balanced: { image: 6, video: 4 },
  quality: { image: 10, video: 8 },
}

const AUDIO_CFG_SCALE: Readonly<Record<Preset, number>> = { draft: 1, balanced: 1, quality: 2 }

/** A voice must be stronger against a mouth that already says something else. */
const AUDIO_SCALE: Readonly<Record<InputType, number>> = { image: 1, video: 1.5 }

/** `steps` as asked for counts before that of the preset. */
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

/** How an engine samples one video: windows, and steps in each. */
export interface WindowedSampling extends Windowing {
  readonly equalise: boolean
  readonly stepsPerWindow: number
  /** The last window is only as long as the voice needs. Absent where all windows are whole. */
  readonly shortLastWindow?: boolean
}

export interface SamplingRequest {
  /** By name; null for the usual one. */
  readonly workflow?: string | null
  readonly preset: Preset
  readonly inputType: InputType
  readonly steps: number | null
  readonly windowFrames: number | null
  readonly motionFrames: number | null
  readonly equaliseWindows: boolean
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
