// Plans a render window by window: the frames that each window samples, and which of them are new. The last window is only as long as
// the voice needs.
import { planWindows, type Windowing, type WindowPlan } from '@infinitetalk/arithmetic'

/** Windows much shorter than in the training lose quality: the first window has no motion frames. */
const MIN_FIRST_WINDOW_FRAMES = 33

export interface WindowStep {
  /** From 1. */
  readonly number: number
  /** Frames sampled, the motion frames included. 4k + 1. */
  readonly length: number
  /** The first frame of the window in the video: for a later window the first of its motion frames. */
  readonly startFrame: number
  /** The first frame of the video that this window adds. */
  readonly firstNewFrame: number
  /** Frames of the video that this window adds. */
  readonly newFrames: number
}

export interface StepPlan extends WindowPlan {
  readonly steps: readonly WindowStep[]
}

/** @param windowing `windowFrames` is the maximum length of a window */
export function planSteps(frames: number, windowing: Windowing): StepPlan {
  const whole = planWindows(frames, windowing)
  const plan = shortenLastWindow(frames, whole)
  const { windowFrames, motionFrames, windows } = plan
  const stride = windowFrames - motionFrames
  const steps = Array.from({ length: windows }, (_, index): WindowStep => {
    const startFrame = index * stride
    const firstNewFrame = index === 0 ? 0 : startFrame + motionFrames
    const isLast = index === windows - 1
    const length = isLast ? plan.outputFrames - startFrame : windowFrames
    const newFrames = Math.min(startFrame + length, frames) - firstNewFrame
    return { number: index + 1, length, startFrame, firstNewFrame, newFrames }
  })
  return { ...plan, steps }
}

/** The same windows with the last one as short as possible: 4k + 1 frames, and at least one latent more than the motion frames. */
export function shortenLastWindow(frames: number, plan: WindowPlan): WindowPlan {
  const { windows, windowFrames, motionFrames } = plan
  const before = (windows - 1) * (windowFrames - motionFrames)
  const least = windows === 1 ? MIN_FIRST_WINDOW_FRAMES : motionFrames + 4
  const needed = Math.max(least, 4 * Math.ceil((frames - before - 1) / 4) + 1)
  const outputFrames = before + Math.min(windowFrames, needed)
  return { ...plan, outputFrames, surplusFrames: outputFrames - frames }
}
