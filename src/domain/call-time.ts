// Estimates the render time at an endpoint that ends every call after a fixed time, without own measurements. The speeds are those that
// users of InfiniteTalk report. A video that no machine renders in time is rejected before it costs ten minutes; one that may not be
// ready in time gets a warning.

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
/** Factor by which an unreported machine may be faster. */
const MARGIN = 2

export interface CallTime {
  readonly windows: number
  /** As measured by the caller, else on the fastest known machine. */
  readonly seconds: number
  /** On a slower machine; the same value when the caller measured. */
  readonly slowerSeconds: number
}

/** A time below that of every known machine, for this number of steps. */
export function leastSecondsForSteps(steps: number, { width, height }: Size): number {
  return (steps * FASTEST_SECONDS_PER_STEP * ((width * height) / REPORTED_PIXELS)) / MARGIN
}

/**
 * @param voiceSeconds length of the longest voice
 * @param secondsPerWindow as measured at the requested size and steps; null when it was not measured
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
