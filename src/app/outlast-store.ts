// Repeats writes that fail because the store is away: a database restarts in seconds, and a write that is given up leaves something
// behind, such as a reservation that nobody releases or a finished video that must be rendered again.
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../domain/errors.ts'

const FIRST_PAUSE_MS = 250
const MAX_PAUSE_MS = 5000
/** A database that fails over is back by then. */
const PATIENCE_MS = 60_000
/** Others have swept what is left by then. */
const BACKGROUND_MS = 10 * 60_000

/** Repeats the work for up to a minute. @throws the last error, or at once one of another kind */
export function outlastStore<T>(work: () => Promise<T>): Promise<T> {
  return repeat(work, PATIENCE_MS)
}

/** Tries the work once, and leaves it to the background while the store is away. @throws an error of another kind */
export async function finishLater(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!isAway(error)) throw error
    // Nobody waits for it. The end of the process ends it, and the stores report it as closed.
    void repeat(work, BACKGROUND_MS).catch(() => {})
  }
}

async function repeat<T>(work: () => Promise<T>, forMs: number): Promise<T> {
  const endMs = performance.now() + forMs
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 2)) {
    try {
      return await work()
    } catch (error) {
      if (!isAway(error) || performance.now() + pauseMs > endMs) throw error
    }
    // It keeps no process alive.
    await sleep(pauseMs * (0.5 + Math.random() / 2), undefined, { ref: false })
  }
}

function isAway(error: unknown): boolean {
  // Bytes that others have swept do not come back.
  return error instanceof AppError && error.code === 'store_unavailable' && !error.meta.swept
}
