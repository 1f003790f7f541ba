// The windows of an engine on a voice while its handles move, by the arithmetic that the hub uses for the finished request.

import {
  FPS,
  framesToSaveWindow,
  planWindows,
  videoFrames,
  type Windowing,
} from '@infinitetalk/arithmetic'
import { sayNumber } from '../language/say.ts'

/** Nobody cuts away more speech than this to save one window. */
const MAX_PROPOSED_CUT_S = 1

export function windowCount(seconds: number, windowing: Windowing): number {
  return planWindows(videoFrames(seconds), windowing).windows
}

/** The second at which each window after the first begins to show something new. */
export function windowEdges(seconds: number, windowing: Windowing): readonly number[] {
  const { windowFrames, motionFrames } = windowing
  const edges = Array.from(
    { length: windowCount(seconds, windowing) - 1 },
    (_, index) => (windowFrames + index * (windowFrames - motionFrames)) / FPS,
  )
  return edges.filter((edge) => edge < seconds)
}

/** Seconds to cut to save one window; null when that is too much, or when there is only one window. */
export function cutForOneLess(seconds: number, windowing: Windowing): number | null {
  const frames = framesToSaveWindow(videoFrames(seconds), windowing)
  return frames === null || frames > MAX_PROPOSED_CUT_S * FPS ? null : frames / FPS
}

/** Tenths of a second, rounded up: cutting as much as the page says is always enough. */
export function sayCut(seconds: number): string {
  return `${sayNumber(Math.ceil(seconds * 10 - 1e-9) / 10, 1)} s`
}
