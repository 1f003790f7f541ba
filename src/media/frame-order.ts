// Decides which frame to show when a video is shorter than the time it must fill. Pure.
import type { ShortVideoMode } from '@infinitetalk/contract'

/**
 * @param available the number of frames in the video, at least 1
 * @param needed the number of frames to show
 * @returns `needed` frame numbers, from 0
 */
export function* frameOrder(
  available: number,
  needed: number,
  whenShort: ShortVideoMode,
): Generator<number> {
  for (let shown = 0; shown < needed; shown += 1) {
    yield shown < available ? shown : repeated(shown, available, whenShort)
  }
}

function repeated(shown: number, available: number, whenShort: ShortVideoMode): number {
  switch (whenShort) {
    case 'hold':
      return available - 1
    case 'loop':
      return shown % available
    case 'pingpong': {
      // Forward and back; neither end repeats.
      const period = Math.max(1, 2 * (available - 1))
      const place = shown % period
      return Math.min(place, period - place)
    }
  }
}
