// Ends something that runs elsewhere: told to stop, and looked at until it is gone. It is told again at every look, because a render
// that moves to another machine or out of the queue at that moment may have missed it.
import { pause } from '../../async/pause.ts'

export interface Ending<Seen> {
  readonly look: (signal: AbortSignal) => Promise<Seen>
  readonly isGone: (seen: Seen, before: Seen | null) => boolean
  readonly stop: (seen: Seen, signal: AbortSignal) => Promise<void>
}

const FIRST_LOOK_MS = 50
const LONGEST_LOOK_MS = 2000

/** @returns what was seen last, gone or not; null when nothing was seen before the signal @throws AppError of a look or a stop */
export async function untilGone<Seen>(
  { look, isGone, stop }: Ending<Seen>,
  signal: AbortSignal,
): Promise<Seen | null> {
  let seen: Seen | null = null
  try {
    for (let lookMs = FIRST_LOOK_MS; ; lookMs = Math.min(lookMs * 2, LONGEST_LOOK_MS)) {
      const before: Seen | null = seen
      seen = await look(signal)
      if (isGone(seen, before)) return seen
      await stop(seen, signal)
      await pause(lookMs, signal)
    }
  } catch (thrown) {
    if (signal.aborted) return seen
    throw thrown
  }
}
