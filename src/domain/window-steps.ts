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
export function planSteps(
  frames: number,
  windowing: Windowing,
  minFirstFrames: number = MIN_FIRST_WINDOW_FRAMES,
): StepPlan {
  const whole = planWindows(frames, windowing)
  const plan = shortenLastWindow(frames, whole, minFirstFrames)
  return { ...plan, steps: stepsOf(frames, plan) }
}

function stepsOf(frames: number, plan: WindowPlan): readonly WindowStep[] {
  const { windowFrames, motionFrames, windows } = plan
  const stride = windowFrames - motionFrames
  return Array.from({ length: windows }, (_, index): WindowStep => {
    const startFrame = index * stride
    const firstNewFrame = index === 0 ? 0 : startFrame + motionFrames
    const isLast = index === windows - 1
    const length = isLast ? plan.outputFrames - startFrame : windowFrames
    const newFrames = Math.min(startFrame + length, frames) - firstNewFrame
    return { number: index + 1, length, startFrame, firstNewFrame, newFrames }
  })
}

/** A window that is rendered already, of whatever length. */
export interface FinishedStep {
  readonly number: number
  readonly firstFrame: number
  readonly frames: number
  readonly length: number
}

/**
 * The same, where the first windows are done: they may have been of another length, and the frames after them are planned anew. With
 * windows of the plan's own length the steps are those of planSteps().
 *
 * @param done in order; what does not continue the windows before it is left out, with all that follows
 */
export function continueSteps(
  frames: number,
  windowing: Windowing,
  done: readonly FinishedStep[],
): StepPlan {
  return stepsAfter(frames, windowing, usableSteps(frames, windowing.motionFrames, done))
}

/**
 * A plan in pieces: each begins at a cut, and its last window ends at the next one. So each may be rendered on a machine of its own.
 *
 * @param cuts the first frame of every piece but the first, in order
 * @param done as of continueSteps(); with them the first piece begins
 */
export function planPieceSteps(
  frames: number,
  windowing: Windowing,
  cuts: readonly number[],
  done: readonly FinishedStep[],
): StepPlan {
  const [first = frames, ...ends] = cuts.length === 0 ? [] : [...cuts, frames]
  let plan = continueSteps(first, windowing, done)
  for (const end of ends) plan = stepsAfter(end, windowing, plan.steps)
  return plan
}

/**
 * A plan of one chain whose windows end where turns change: a window has one speaker.
 *
 * @param cuts the first frame of every turn but the first, each 4k + 1, in order
 * @param done as of continueSteps(); they may reach over cuts
 */
export function planTurnSteps(
  frames: number,
  windowing: Windowing,
  cuts: readonly number[],
  done: readonly FinishedStep[],
): StepPlan {
  const { motionFrames } = windowing
  const kept = usableSteps(frames, motionFrames, done)
  const covered = kept.reduce((sum, { newFrames }) => sum + newFrames, 0)
  const [first = frames, ...ends] = [...cuts.filter((cut) => cut > covered), frames]
  const isWhole = ends.length === 0
  let plan =
    covered === 0
      ? planSteps(first, windowing, isWhole ? undefined : motionFrames + 4)
      : stepsAfter(first, windowing, kept)
  for (const end of ends) plan = stepsAfter(end, windowing, plan.steps)
  return plan
}

/** Plans the frames from the end of these steps on. */
function stepsAfter(frames: number, windowing: Windowing, before: readonly WindowStep[]): StepPlan {
  const { motionFrames } = windowing
  const covered = before.reduce((sum, { newFrames }) => sum + newFrames, 0)
  if (covered === 0) return planSteps(frames, windowing)
  const startFrame = covered - motionFrames
  const left = covered < frames ? frames - startFrame : 0
  const whole = left === 0 ? null : planWindows(left, windowing)
  const rest = whole === null ? [] : stepsOf(left, shortenLastWindow(left, whole, motionFrames + 4))
  const steps = [...before, ...rest.map((step) => continued(step, before.length, startFrame))]
  const last = steps.at(-1)!
  const outputFrames = last.startFrame + last.length
  const { windowFrames } = windowing
  const surplusFrames = outputFrames - frames
  return { windowFrames, motionFrames, windows: steps.length, outputFrames, surplusFrames, steps }

  /** The first of them leans on motion frames, too. */
  function continued(step: WindowStep, windows: number, offset: number): WindowStep {
    const motion = step.number === 1 ? motionFrames : 0
    return {
      number: step.number + windows,
      length: step.length,
      startFrame: step.startFrame + offset,
      firstNewFrame: step.firstNewFrame + offset + motion,
      newFrames: step.newFrames - motion,
    }
  }
}

function usableSteps(
  frames: number,
  motionFrames: number,
  done: readonly FinishedStep[],
): readonly WindowStep[] {
  const steps: WindowStep[] = []
  let covered = 0
  for (const [index, window] of done.entries()) {
    const motion = index === 0 ? 0 : motionFrames
    const newFrames = Math.min(window.length - motion, frames - covered)
    const continues = window.number === index + 1 && window.firstFrame === covered
    if (!continues || newFrames <= 0 || window.frames !== newFrames) break
    const { number, length } = window
    steps.push({ number, length, startFrame: covered - motion, firstNewFrame: covered, newFrames })
    covered += newFrames
  }
  return steps
}

/** The same windows with the last one as short as possible: 4k + 1 frames, and at least one latent more than the motion frames. */
export function shortenLastWindow(
  frames: number,
  plan: WindowPlan,
  minFirstFrames: number = MIN_FIRST_WINDOW_FRAMES,
): WindowPlan {
  const { windows, windowFrames, motionFrames } = plan
  const before = (windows - 1) * (windowFrames - motionFrames)
  const least = windows === 1 ? minFirstFrames : motionFrames + 4
  const needed = Math.max(least, 4 * Math.ceil((frames - before - 1) / 4) + 1)
  const outputFrames = before + Math.min(windowFrames, needed)
  return { ...plan, outputFrames, surplusFrames: outputFrames - frames }
}
