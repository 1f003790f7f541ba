// How InfiniteTalk cuts a voice into windows, and what that costs. The sampler renders windows of a fixed length that overlap by
// the motion frames, so the last window is always whole: its surplus is rendered, paid for and thrown away.

/** InfiniteTalk was trained on this rate, so audio and lips meet without resampling. Every engine renders at it. */
export const FPS = 25
/** Less than one sample of audio: absorbs the noise of floating point, never a frame. */
const FRAME_EPSILON = 1e-6
/** Windows much shorter than what the model was trained on lose quality. */
const MIN_SHORT_WINDOW_FRAMES = 33

export interface Windowing {
  /** Frames of one window. 4k + 1, because the VAE packs one frame and then groups of four. */
  readonly windowFrames: number
  /** Frames a window takes over from the one before. 4k + 1, and less than `windowFrames`. */
  readonly motionFrames: number
}

/** The windowing that the model was trained on, and the most reliable one by its authors' account. */
export const DEFAULT_WINDOWING: Windowing = { windowFrames: 81, motionFrames: 9 }

export interface WindowPlan extends Windowing {
  readonly windows: number
  /** Frames the sampler really makes. */
  readonly outputFrames: number
  /** Frames made beyond the ones needed. */
  readonly surplusFrames: number
}

/** The fault of a windowing, and the member that has it. */
export interface WindowingProblem {
  readonly member: keyof Windowing
  readonly detail: string
}

/** Other sizes break the sampler's latent slicing, and equal window and motion frames make it loop for ever. */
export function windowingProblem(windowing: Windowing): WindowingProblem | null {
  for (const member of ['windowFrames', 'motionFrames'] as const) {
    const frames = windowing[member]
    if (!Number.isInteger(frames) || frames < 5 || frames % 4 !== 1) {
      return { member, detail: `is ${frames} but must be 4k + 1 and at least 5` }
    }
  }
  const { windowFrames, motionFrames } = windowing
  if (windowFrames > motionFrames) return null
  return {
    member: 'windowFrames',
    detail: `is ${windowFrames} but must be more than the motion frames (${motionFrames})`,
  }
}

/** Frames of a video as long as the audio: the last frame may be shown for less than 1/25 s of sound. At least 1. */
export function videoFrames(seconds: number): number {
  return Math.max(1, Math.ceil(seconds * FPS - FRAME_EPSILON))
}

/** @throws RangeError for a windowing with a `windowingProblem` */
export function planWindows(frames: number, windowing: Windowing = DEFAULT_WINDOWING): WindowPlan {
  const problem = windowingProblem(windowing)
  if (problem !== null) throw new RangeError(`${problem.member} ${problem.detail}.`)
  const { windowFrames, motionFrames } = windowing
  const step = windowFrames - motionFrames
  const windows = frames <= windowFrames ? 1 : 1 + Math.ceil((frames - windowFrames) / step)
  const outputFrames = windowFrames + (windows - 1) * step
  return { windowFrames, motionFrames, windows, outputFrames, surplusFrames: outputFrames - frames }
}

/**
 * The smallest window for as many windows: less surplus. A voice that fits in one window gets one of its own length.
 * Opt-in, because the model is most reliable at its trained size.
 */
export function equaliseWindows(
  frames: number,
  windowing: Windowing = DEFAULT_WINDOWING,
): WindowPlan {
  const { windows, windowFrames, motionFrames } = planWindows(frames, windowing)
  if (windows === 1) return planWindows(frames, shortWindowing(frames, windowing))
  const needed = Math.ceil((frames + (windows - 1) * motionFrames) / windows)
  const equalised = Math.min(windowFrames, nextFourKPlusOne(needed))
  return planWindows(frames, { windowFrames: equalised, motionFrames })
}

function shortWindowing(frames: number, { windowFrames, motionFrames }: Windowing): Windowing {
  const shortest = Math.max(MIN_SHORT_WINDOW_FRAMES, motionFrames + 4, nextFourKPlusOne(frames))
  return { windowFrames: Math.min(windowFrames, shortest), motionFrames }
}

function nextFourKPlusOne(frames: number): number {
  return 4 * Math.ceil((frames - 1) / 4) + 1
}

/** How many frames would have to go for one window less; null when there is only one. */
export function framesToSaveWindow(
  frames: number,
  windowing: Windowing = DEFAULT_WINDOWING,
): number | null {
  const { windows, outputFrames, windowFrames, motionFrames } = planWindows(frames, windowing)
  if (windows === 1) return null
  return frames - (outputFrames - (windowFrames - motionFrames))
}
