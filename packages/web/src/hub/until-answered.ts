// Asks again until there is an answer, while the hub is away or cannot answer just now.
import { InfiniteTalkError } from '@infinitetalk/client'
import { pause } from './pause.ts'

const RETRY_MS = 3000

/**
 * @param onTrouble called with the obstacle before each pause
 * @throws InfiniteTalkError for a failure that a retry would not change
 */
export async function untilAnswered<Answer>(
  ask: () => Promise<Answer>,
  signal: AbortSignal,
  onTrouble: (error: InfiniteTalkError) => void,
): Promise<Answer> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (signal.aborted || !(error instanceof InfiniteTalkError) || !error.retryable) throw error
      onTrouble(error)
      await pause(RETRY_MS, signal)
    }
  }
}
