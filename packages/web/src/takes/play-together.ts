// Plays several videos as one. The longest sets the pace, so that each is seen to its end; a shorter one stays at its last frame.

/** Videos farther apart than one frame are moved to the place of the longest. */
const MAX_DRIFT_S = 0.06
/** A video this close to its end is left to run out: starting it again would play it from the beginning. */
const LAST_S = 0.15

interface Watchers {
  readonly onPlace: (seconds: number) => void
  readonly onEnd: () => void
}

/** @returns a function that stops them */
export function playTogether(
  videos: readonly HTMLVideoElement[],
  { onPlace, onEnd }: Watchers,
): () => void {
  const [leader, ...others] = videos.toSorted((a, b) => lengthOf(b) - lengthOf(a))
  if (leader === undefined) {
    onEnd()
    return () => {}
  }
  let frame = 0
  let stopped = false
  const keepUp = (): void => {
    if (stopped) return
    for (const other of others) if (!leader.seeking) follow(leader, other)
    onPlace(leader.currentTime)
    if (leader.ended) onEnd()
    else frame = requestAnimationFrame(keepUp)
  }
  if (leader.ended) for (const video of videos) video.currentTime = 0
  leader.play().then(keepUp, () => {
    if (!stopped) onEnd()
  })
  return () => {
    stopped = true
    cancelAnimationFrame(frame)
    for (const video of videos) video.pause()
  }
}

function follow(leader: HTMLVideoElement, other: HTMLVideoElement): void {
  if (leader.currentTime >= lengthOf(other) - LAST_S) return
  if (Math.abs(leader.currentTime - other.currentTime) > MAX_DRIFT_S && !other.seeking) {
    other.currentTime = leader.currentTime
  }
  if (other.paused) other.play().catch(() => {})
}

function lengthOf({ duration }: HTMLVideoElement): number {
  return Number.isNaN(duration) ? 0 : duration
}
