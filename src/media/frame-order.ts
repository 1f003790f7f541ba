// Which frame of a video is shown when the video is shorter than what it must fill. Pure.
import type { ShortVideoMode } from '@infinitetalk/contract'

/**
 * @param available frames the video has, at least 1
 * @param needed how many to show
 * @returns numbers of frames from 0, as many as are needed
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
      // There and back again; neither end is shown twice in a row.
      const period = Math.max(1, 2 * (available - 1))
      const place = shown % period
      return Math.min(place, period - place)
    }
  }
}
