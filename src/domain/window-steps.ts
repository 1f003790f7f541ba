// Plans a render window by window: the frames that each window samples, and which of them are new. The last window is only as long as
// the voice needs.
import { planWindows, type Windowing, type WindowPlan } from '@infinitetalk/arithmetic'

/** Windows much shorter than in the training lose quality: the first window has no motion frames. */
const MIN_FIRST_WINDOW_FRAMES = 33
const FRAMES_OF_A_LATENT = 4

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

/** No window comes after it. */
export function endsVideo(
  { firstNewFrame, newFrames }: WindowStep,
  { frames }: { readonly frames: number },
): boolean {
  return firstNewFrame + newFrames === frames
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

/** The steps of a plan as it is: its last window may make a surplus. */
export function stepsOf(frames: number, plan: WindowPlan): readonly WindowStep[] {
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

/** A part of a video that may be rendered on a machine of its own. */
export interface PieceRange {
  readonly fromFrame: number
  /** The first frame after it. */
  readonly toFrame: number
  /** Another piece follows, which is crossfaded with its last window. */
  readonly meetsNext: boolean
}

/** @param cuts the first frame of every piece but the first, in order */
export function pieceRanges(frames: number, cuts: readonly number[]): readonly PieceRange[] {
  return [0, ...cuts].map((fromFrame, index) => {
    const meetsNext = index < cuts.length
    return { fromFrame, toFrame: cuts[index] ?? frames, meetsNext }
  })
}

/**
 * A plan of the windows of one piece. Their numbers leave room for those of the pieces before it, however short their windows become.
 *
 * @param done windows of the piece, as of continueSteps()
 */
export function planPiece(
  { fromFrame, toFrame, meetsNext }: PieceRange,
  windowing: Windowing,
  done: readonly FinishedStep[],
): StepPlan {
  const start = { frame: fromFrame, number: firstNumberAt(fromFrame) }
  const kept = usableSteps(toFrame, windowing.motionFrames, done, start)
  const plan = stepsAfter(toFrame, windowing, kept, start)
  return meetsNext ? withWholeEnd(plan, kept.length) : plan
}

/** A window adds at least one latent. */
function firstNumberAt(frame: number): number {
  return frame === 0 ? 1 : Math.ceil(frame / FRAMES_OF_A_LATENT) + 1
}

/** The crossfade takes its frames from one window: where the last one is too short, the window before it becomes the short one. */
function withWholeEnd(plan: StepPlan, kept: number): StepPlan {
  const { steps, motionFrames } = plan
  const [before, last] = steps.slice(-2)
  const isFree = steps.length - 2 >= Math.max(kept, 1)
  if (before === undefined || last === undefined || !isFree) return plan
  if (last.newFrames >= motionFrames) return plan
  const short = { ...before, length: last.length, newFrames: last.newFrames }
  const firstNewFrame = short.firstNewFrame + short.newFrames
  const startFrame = firstNewFrame - motionFrames
  const whole = { ...before, number: last.number, startFrame, firstNewFrame }
  return { ...plan, steps: [...steps.slice(0, -2), short, whole] }
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

interface Start {
  readonly frame: number
  /** That of its first window. */
  readonly number: number
}

const BEGINNING: Start = { frame: 0, number: 1 }

/** Plans the frames from the end of these steps on. */
function stepsAfter(
  frames: number,
  windowing: Windowing,
  before: readonly WindowStep[],
  start: Start = BEGINNING,
): StepPlan {
  const { motionFrames } = windowing
  const covered = before.reduce((sum, { newFrames }) => sum + newFrames, start.frame)
  if (covered === 0) return planSteps(frames, windowing)
  const numberBefore = before.at(-1)?.number ?? start.number - 1
  const startFrame = covered - motionFrames
  const left = covered < frames ? frames - startFrame : 0
  const whole = left === 0 ? null : planWindows(left, windowing)
  const rest = whole === null ? [] : stepsOf(left, shortenLastWindow(left, whole, motionFrames + 4))
  const steps = [...before, ...rest.map((step) => continued(step, numberBefore, startFrame))]
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
  start: Start = BEGINNING,
): readonly WindowStep[] {
  const steps: WindowStep[] = []
  let covered = start.frame
  for (const [index, window] of done.entries()) {
    const motion = covered === 0 ? 0 : motionFrames
    const newFrames = Math.min(window.length - motion, frames - covered)
    const continues = window.number === start.number + index && window.firstFrame === covered
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
