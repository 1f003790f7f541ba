// Repeats work with a pause between two turns, never two turns at once; a failed turn is reported and the next one comes.

export interface Repetition {
  /** Starts no further turn and waits for the one that is running. */
  stop(): Promise<void>
}

export function every(
  pauseMs: number,
  work: () => Promise<void>,
  onError: (error: unknown) => void,
): Repetition {
  let timer: NodeJS.Timeout | undefined
  let turn: Promise<void> = Promise.resolve()
  let stopped = false
  const next = (): void => {
    if (stopped) return
    timer = setTimeout(() => {
      turn = work().catch(onError).finally(next)
    }, pauseMs)
  }
  next()
  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await turn
    },
  }
}
