// Does something again and again, with a pause between, never twice at a time; a failure is told and the next turn comes.

export interface Repetition {
  /** No further turn; waits for the one under way. */
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
