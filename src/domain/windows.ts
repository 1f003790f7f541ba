// How InfiniteTalk cuts a voice into windows, and what that costs. The sampler renders fixed windows that overlap by the
// motion frames, so the last window is always whole: its surplus is rendered, paid for and thrown away.
import { AppError } from './errors.ts'
import { FPS } from './plan.ts'

/** What the lips are driven by is resampled to this. */
const FEATURE_SAMPLE_RATE = 16_000
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

/** What the model was trained on, and the most reliable choice by its authors' account. */
export const DEFAULT_WINDOWING: Windowing = { windowFrames: 81, motionFrames: 9 }

export interface WindowPlan extends Windowing {
  readonly windows: number
  /** Frames the sampler really makes. */
  readonly outputFrames: number
  /** Frames made beyond the ones needed. */
  readonly surplusFrames: number
}

/**
 * Equal window and motion frames would make the sampler loop for ever, other sizes break its latent slicing.
 *
 * @throws AppError `invalid_request`
 */
export function checkWindowing({ windowFrames, motionFrames }: Windowing): Windowing {
  for (const [name, frames] of Object.entries({ windowFrames, motionFrames })) {
    if (!Number.isInteger(frames) || frames < 5 || frames % 4 !== 1) {
      throw new AppError(
        'invalid_request',
        `${WIRE_NAMES[name]} is ${frames} but must be 4k + 1 and at least 5.`,
        {
          pointer: `/${WIRE_NAMES[name]}`,
        },
      )
    }
  }
  if (windowFrames <= motionFrames) {
    throw new AppError(
      'invalid_request',
      `window_frames is ${windowFrames} but must be more than motion_frames (${motionFrames}).`,
      { pointer: '/window_frames' },
    )
  }
  return { windowFrames, motionFrames }
}

const WIRE_NAMES: Readonly<Record<string, string>> = {
  windowFrames: 'window_frames',
  motionFrames: 'motion_frames',
}

/** Frames of a video as long as the audio: the last frame may be shown for less than 1/25 s of sound. At least 1. */
export function videoFrames(seconds: number): number {
  return Math.max(1, Math.ceil(seconds * FPS - FRAME_EPSILON))
}

/** For node 270: one more than needed, because the sampler truncates in floating point and would lose a frame at times. */
export function numFramesParameter(seconds: number): number {
  return videoFrames(seconds) + 1
}

/** Frames of audio features the sampler sees, truncated exactly as it does: its own frame count, at most videoFrames(). */
export function audioFeatureFrames(
  seconds: number,
  numFrames: number = numFramesParameter(seconds),
): number {
  const samples = Math.min(
    Math.round(seconds * FEATURE_SAMPLE_RATE),
    Math.trunc((numFrames / FPS) * FEATURE_SAMPLE_RATE),
  )
  return Math.trunc((samples / FEATURE_SAMPLE_RATE) * FPS)
}

export function planWindows(frames: number, windowing: Windowing = DEFAULT_WINDOWING): WindowPlan {
  const { windowFrames, motionFrames } = checkWindowing(windowing)
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
