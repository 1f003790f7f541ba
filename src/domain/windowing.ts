// Checks the windowing of a request, and computes the frames that the sampler's node derives from the length of a voice.
import { FPS, videoFrames, type Windowing, windowingProblem } from '@infinitetalk/arithmetic'
import { AppError } from './errors.ts'

/** The audio that drives the lips is resampled to this rate, in Hz. */
const FEATURE_SAMPLE_RATE = 16_000
const WIRE_NAMES = { windowFrames: 'window_frames', motionFrames: 'motion_frames' } as const

/** @throws AppError `invalid_request` for window or motion frames that the sampler cannot render */
export function checkWindowing(windowing: Windowing): Windowing {
  const problem = windowingProblem(windowing)
  if (problem === null) return windowing
  const name = WIRE_NAMES[problem.member]
  throw new AppError('invalid_request', `${name} ${problem.detail}.`, { pointer: `/${name}` })
}

/** For node 270: one frame more than needed, because the sampler truncates in floating point and could lose a frame. */
export function numFramesParameter(seconds: number): number {
  return videoFrames(seconds) + 1
}

/** Frames of audio features that the sampler sees, truncated exactly like there: its own frame count, at most videoFrames(). */
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
