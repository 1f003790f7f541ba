// From a plan to the values of each window's graph. Pure. A parameter for which the core's nodes have no counterpart is rejected
// by name before anything is sent.

import { DEFAULT_WINDOWING, equaliseWindows, type Windowing } from '@infinitetalk/arithmetic'
import type { RenderPlan } from '../../../domain/plan.ts'
import { samplingPreset } from '../../../domain/presets.ts'
import type { TalkTurn } from '../../../domain/turns.ts'
import {
  continueSteps,
  type FinishedStep,
  type PieceRange,
  planPiece,
  planTurnSteps,
  type StepPlan,
  type WindowStep,
} from '../../../domain/window-steps.ts'
import type { ParameterValues } from '../../../workflow/parameters.ts'
import type { Template } from '../../../workflow/template.ts'
import { NO_RELIEF, type Relief } from '../memory/remedies.ts'
import { refuseUnbound } from '../sampling-parameters.ts'

export interface WindowSampling {
  readonly plan: StepPlan
  readonly stepsPerWindow: number
  seedOf(step: WindowStep): number
  /** The one of two people who talks in it. */
  talkerOf(step: WindowStep): TalkTurn['talker']
  /** All but files and names, which are known once the inputs lie on the backend. */
  valuesOf(step: WindowStep): ParameterValues
}

/** The windows that a request asks for. */
export function windowingOf({ sampling, frames }: RenderPlan): Windowing {
  const asked = {
    windowFrames: sampling.windowFrames ?? DEFAULT_WINDOWING.windowFrames,
    motionFrames: sampling.motionFrames ?? DEFAULT_WINDOWING.motionFrames,
  }
  return sampling.equaliseWindows ? equaliseWindows(frames, asked) : asked
}

/**
 * @param piece that is rendered; null for the whole video
 * @param turns of two people; null for one, who may talk at any time
 * @throws AppError `engine_unsupported` naming every option that core nodes have no place for; `invalid_request`
 */
export function windowSampling(
  plan: RenderPlan,
  template: Template,
  relief: Relief = NO_RELIEF,
  done: readonly FinishedStep[] = [],
  piece: PieceRange | null = null,
  turns: readonly TalkTurn[] | null = null,
): WindowSampling {
  const { sampling, frames, size } = plan
  refuseUnbound(sampling, template)
  const usual = windowingOf(plan)
  const { motionFrames } = usual
  const windowFrames = Math.min(usual.windowFrames, relief.windowFrames ?? usual.windowFrames)
  const windowing = { windowFrames, motionFrames }
  const planned = (): StepPlan => {
    if (piece !== null) return planPiece(piece, windowing, done)
    if (turns === null) return continueSteps(frames, windowing, done)
    const changes = turns.slice(1).map(({ fromFrame }) => fromFrame)
    return planTurnSteps(frames, windowing, changes, done)
  }
  const steps = planned()
  // By time: shorter windows do not bring the next prompt forward.
  const usualStride = usual.windowFrames - motionFrames
  const promptAt = ({ startFrame }: WindowStep): number => Math.floor(startFrame / usualStride)
  // Every window is sampled from noise, of a video as well: its frames only lead the windows.
  const preset = samplingPreset(sampling.preset, 'image', sampling.steps)
  const seedOf = ({ number }: WindowStep): number => plan.seed + number - 1
  return {
    plan: steps,
    stepsPerWindow: preset.steps,
    seedOf,
    talkerOf: ({ firstNewFrame }) =>
      turns?.findLast(({ fromFrame }) => fromFrame <= firstNewFrame)?.talker ?? 0,
    valuesOf: (step) => ({
      prompt: sampling.prompts[Math.min(promptAt(step), sampling.prompts.length - 1)] ?? '',
      width: size.width,
      height: size.height,
      window_frames: step.length,
      motion_frames: steps.motionFrames,
      handover_from: step.length - steps.motionFrames,
      seed: seedOf(step),
      steps: preset.steps,
      cfg: sampling.cfg ?? preset.cfg,
      audio_scale: sampling.audioScale ?? preset.audioScale,
      ...(sampling.loras.length === 0 ? {} : { loras: sampling.loras }),
    }),
  }
}
