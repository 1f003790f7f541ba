// Something that a person asked for and the hub may refuse: busy while it runs, and the reason when it fails.
import { useState } from 'preact/hooks'
import { type Failure, failureOf } from './failure.ts'

export interface Attempts {
  readonly busy: boolean
  /** Why the last one failed; null when it did not. */
  readonly failure: Failure | null
  /** For what fails beside an attempt. */
  setFailure(failure: Failure | null): void
  /** Never throws. */
  attempt(work: () => Promise<void>): Promise<void>
}

export function useAttempt(): Attempts {
  const [failure, setFailure] = useState<Failure | null>(null)
  const [busy, setBusy] = useState(false)
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true)
    setFailure(null)
    try {
      await work()
    } catch (error) {
      setFailure(failureOf(error))
    } finally {
      setBusy(false)
    }
  }
  return { busy, failure, setFailure, attempt }
}
