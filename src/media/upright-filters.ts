// The filters that normalise a video from outside: whole frames instead of interlaced fields, and square pixels. ffmpeg itself
// turns the video upright: it applies the file's rotation before all other filters.
import type { SourceVideoFacts } from './probe-source-video.ts'

/** Enlarges the shorter side of a pixel, so that no detail is lost. Sides are even, because colours have half the resolution. */
const SQUARE_PIXELS =
  'scale=w=if(gt(sar\\,1)\\,2*round(iw*sar/2)\\,iw):h=if(lt(sar\\,1)\\,2*round(ih/sar/2)\\,ih):flags=lanczos'

export function uprightFilters({ interlaced, pixelAspect }: SourceVideoFacts): string[] {
  return [
    ...(interlaced ? ['yadif=deint=interlaced'] : []),
    ...(pixelAspect === 1 ? [] : [SQUARE_PIXELS]),
    'setsar=1',
  ]
}
