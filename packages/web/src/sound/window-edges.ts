// Where the windows of an engine lie on a voice, while the handles move: the hub says the same of the finished request, but
// only after it has looked at the file. A test holds this to the hub's own numbers.

const FPS = 25
/** Nobody wants to lose more of what is said than this for the sake of one window. */
const MAX_PROPOSED_CUT_S = 1

export interface Windowing {
  readonly window_frames: number
  readonly motion_frames: number
}

export function framesOf(seconds: number): number {
  return Math.max(1, Math.ceil(seconds * FPS - 1e-6))
}

export function windowCount(frames: number, { window_frames, motion_frames }: Windowing): number {
  const step = window_frames - motion_frames
  return frames <= window_frames ? 1 : 1 + Math.ceil((frames - window_frames) / step)
}

/** Seconds at which each window but the first begins to show something new. */
export function windowEdges(seconds: number, windowing: Windowing): readonly number[] {
  const { window_frames, motion_frames } = windowing
  const count = windowCount(framesOf(seconds), windowing)
  const edges = Array.from(
    { length: count - 1 },
    (_, index) => (window_frames + index * (window_frames - motion_frames)) / FPS,
  )
  return edges.filter((edge) => edge < seconds)
}

/** Seconds to cut for one window less; null when that is too much to lose, or there is one only. */
export function cutForOneLess(seconds: number, windowing: Windowing): number | null {
  const { window_frames, motion_frames } = windowing
  const frames = framesOf(seconds)
  const count = windowCount(frames, windowing)
  if (count === 1) return null
  const cut = (frames - window_frames - (count - 2) * (window_frames - motion_frames)) / FPS
  return cut <= MAX_PROPOSED_CUT_S ? cut : null
}

/** In tenths, as the hub says it, and rounded up: who cuts as much as is said has cut enough. */
export function sayCut(seconds: number): string {
  return `${(Math.ceil(seconds * 10 - 1e-9) / 10).toFixed(1)} s`
}
