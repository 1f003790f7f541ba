// Cuts a long video into pieces of whole windows, which several machines render at the same time. Each piece is about as long as the
// others, and begins where the voice is quietest. Where two pieces meet, both show the motion frames before the cut: they are crossfaded.
import { planWindows, type Windowing } from '@infinitetalk/arithmetic'

/** Below that a piece hardly outweighs the loading of the models on its machine, and its seam. */
export const MIN_PIECE_WINDOWS = 4
/** A cut moves so far from the even one, as a share of a piece: the longest piece sets the time of all. */
const CUT_TOLERANCE = 0.03

/** How many pieces are made of so many frames. At least 1. */
export function countPieces(frames: number, windowing: Windowing, asked: number): number {
  if (!canBeCut(windowing)) return 1
  const { windows } = planWindows(frames, windowing)
  return Math.max(1, Math.min(asked, Math.floor(windows / MIN_PIECE_WINDOWS)))
}

/** The last window of a piece has to show all frames of the crossfade. */
export function canBeCut({ windowFrames, motionFrames }: Windowing): boolean {
  return windowFrames - motionFrames >= motionFrames
}

export interface PiecesToCut {
  readonly frames: number
  readonly windowing: Windowing
  readonly pieces: number
  /** Frames that are rendered already, from the first one on. */
  readonly covered: number
}

/**
 * Returns the first frame of every piece but the first.
 *
 * @param quietest chooses one of the frames; of equally quiet ones the first, which is the nearest to an even cut
 */
export async function cutPieces(
  { frames, windowing, pieces, covered }: PiecesToCut,
  quietest: (candidates: readonly number[]) => Promise<number>,
): Promise<readonly number[]> {
  const cuts: number[] = []
  for (let left = pieces; left > 1; left -= 1) {
    const start = cuts.at(-1) ?? covered
    const even = start + (frames - start) / left
    cuts.push(await quietest(candidatesNear(even, start, windowing)))
  }
  return cuts
}

/** 4k + 1 as the windows, so that no frame is rendered for nothing; the nearest to the even cut first. Never empty. */
function candidatesNear(even: number, start: number, windowing: Windowing): readonly number[] {
  const { windowFrames, motionFrames } = windowing
  const stride = windowFrames - motionFrames
  // Half a window: within it there is always one.
  const reach = Math.max(stride / 2 + 4, CUT_TOLERANCE * (even - start))
  const shortest = Math.max(motionFrames, stride / 2)
  const nearest = 4 * Math.round((even - 1) / 4) + 1
  const near: number[] = []
  for (let away = 0; away <= reach; away += 4) {
    for (const frame of away === 0 ? [nearest] : [nearest - away, nearest + away]) {
      if (lastWindowFrames(frame) >= shortest) near.push(frame)
    }
  }
  return near

  /** New frames of the last window before the cut. */
  function lastWindowFrames(frame: number): number {
    const rest = (frame - start - (start === 0 ? motionFrames : 0)) % stride
    return rest === 0 ? stride : rest
  }
}
