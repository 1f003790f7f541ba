// How long a render would keep its caller waiting at an endpoint that ends after a fixed time, where nothing has been measured:
// judged by what users of InfiniteTalk report of their machines, so that a video which no machine makes in time is refused
// before it costs ten minutes, and one that may not be made in time is said to be so.

import type { Size } from '@infinitetalk/arithmetic'
import { planWindows, videoFrames } from '@infinitetalk/arithmetic'
import type { GenerationSpec } from '@infinitetalk/contract'
import { samplingUnits } from './estimate.ts'
import { windowedSampling } from './presets.ts'

/**
 * Time of one step of a window at 512 x 512. A minute of video, 21 windows of 6 steps, is reported to take 10 to 15 minutes on an
 * RTX 6000 Pro and 20 to 60 on an RTX 5090 or an L40S.
 */
const FASTEST_SECONDS_PER_STEP = 600 / (21 * 6)
const SLOWER_SECONDS_PER_STEP = 1800 / (21 * 6)
const REPORTED_PIXELS = 512 * 512
/** Machines that nobody has reported of may be so many times as fast. */
const MARGIN = 2

export interface CallTime {
  readonly windows: number
  /** As measured by the caller, else on the fastest machine that is known of. */
  readonly seconds: number
  /** On a slower one; the same when it was measured. */
  readonly slowerSeconds: number
}

/** A time that no known machine reaches, for so many steps of a window. */
export function leastSecondsForSteps(steps: number, { width, height }: Size): number {
  return (steps * FASTEST_SECONDS_PER_STEP * ((width * height) / REPORTED_PIXELS)) / MARGIN
}

/**
 * @param voiceSeconds of the longest voice
 * @param secondsPerWindow as measured, at the size and with the steps that are asked for; null when it was not
 */
export function callTime(
  spec: GenerationSpec,
  voiceSeconds: number,
  secondsPerWindow: number | null,
): CallTime {
  const { maxFrames, size } = spec
  const frames = Math.min(videoFrames(voiceSeconds), maxFrames ?? Number.POSITIVE_INFINITY)
  const sampling = windowedSampling(spec)
  const { windows } = planWindows(frames, sampling)
  if (secondsPerWindow !== null) {
    const seconds = windows * secondsPerWindow
    return { windows, seconds, slowerSeconds: seconds }
  }
  const pixels = size === null ? REPORTED_PIXELS : size.width * size.height
  const steps = samplingUnits(frames, sampling) * (pixels / REPORTED_PIXELS)
  return {
    windows,
    seconds: steps * FASTEST_SECONDS_PER_STEP,
    slowerSeconds: steps * SLOWER_SECONDS_PER_STEP,
  }
}
