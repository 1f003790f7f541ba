// Asks until there is an answer: a hub that is away, or that cannot do it just now, is asked again by itself.
import { InfiniteTalkError } from '@infinitetalk/client'
import { pause } from './pause.ts'

const RETRY_MS = 3000

/**
 * @param onTrouble what is in the way; told before each pause
 * @throws InfiniteTalkError what another try would not change
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
