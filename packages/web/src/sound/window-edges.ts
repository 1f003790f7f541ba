// Where the windows of an engine lie on a voice while its handles move, by the arithmetic that the hub uses for the finished request.
import {
  FPS,
  framesToSaveWindow,
  planWindows,
  videoFrames,
  type Windowing,
} from '@infinitetalk/arithmetic'

/** Nobody wants to lose more of what is said than this for the sake of one window. */
const MAX_PROPOSED_CUT_S = 1

export function windowCount(seconds: number, windowing: Windowing): number {
  return planWindows(videoFrames(seconds), windowing).windows
}

/** Seconds at which each window but the first begins to show something new. */
export function windowEdges(seconds: number, windowing: Windowing): readonly number[] {
  const { windowFrames, motionFrames } = windowing
  const edges = Array.from(
    { length: windowCount(seconds, windowing) - 1 },
    (_, index) => (windowFrames + index * (windowFrames - motionFrames)) / FPS,
  )
  return edges.filter((edge) => edge < seconds)
}

/** Seconds to cut for one window less; null when that is too much to lose, or when there is only one window. */
export function cutForOneLess(seconds: number, windowing: Windowing): number | null {
  const frames = framesToSaveWindow(videoFrames(seconds), windowing)
  return frames === null || frames > MAX_PROPOSED_CUT_S * FPS ? null : frames / FPS
}

/** In tenths and rounded up: a person who cuts as much as the page says has cut enough. */
export function sayCut(seconds: number): string {
  return `${(Math.ceil(seconds * 10 - 1e-9) / 10).toFixed(1)} s`
}
