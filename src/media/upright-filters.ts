// The filters that make every video from outside a plain one: whole frames instead of half ones, square pixels. That it is
// upright, ffmpeg sees to itself: it puts the rotation that the file asks for before all other filters.
import type { SourceVideoFacts } from './probe-source-video.ts'

/** Makes the longer of a pixel's sides the shorter one, so that no detail goes; even, for the sake of halved colours. */
const SQUARE_PIXELS =
  'scale=w=if(gt(sar\\,1)\\,2*round(iw*sar/2)\\,iw):h=if(lt(sar\\,1)\\,2*round(ih/sar/2)\\,ih):flags=lanczos'

export function uprightFilters({ interlaced, pixelAspect }: SourceVideoFacts): string[] {
  return [
    ...(interlaced ? ['yadif=deint=interlaced'] : []),
    ...(pixelAspect === 1 ? [] : [SQUARE_PIXELS]),
    'setsar=1',
  ]
}
