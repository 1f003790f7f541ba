// The windowing that a request may ask for, and what the sampler's own node makes of a voice's length.
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
