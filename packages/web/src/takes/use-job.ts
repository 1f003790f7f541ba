// A job that is followed by events, or by polls where events do not get through, for as long as it takes. A hub that goes away is
// waited for: the job runs in the hub, so nothing is lost.
import { AbortedError, hasEnded, InfiniteTalkError, type JobProgress } from '@infinitetalk/client'
import type { JobResource } from '@infinitetalk/contract'
import { useCallback, useEffect, useState } from 'preact/hooks'
import { type Failure, failureOf } from '../hub/failure.ts'
import { useHub } from '../hub/hub-context.ts'
import { pause } from '../hub/pause.ts'

export interface FollowedJob {
  readonly job: JobResource | null
  /** Newer than the job's own while it runs. */
  readonly progress: JobProgress | null
  /** The hub does not answer just now. */
  readonly away: boolean
  /** The job cannot be shown at all. */
  readonly failure: Failure | null
  /** Applies the answer to an operation on the job. */
  replace(job: JobResource): void
}

const RETRY_MS = 2000
/** The page reports a hub that has been away for this long. */
const PATIENCE_MS = 3000

export function useJob(id: string): FollowedJob {
  const { client } = useHub()
  const [job, setJob] = useState<JobResource | null>(null)
  const [progress, setProgress] = useState<JobProgress | null>(null)
  const [away, setAway] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  useEffect(() => {
    const stop = new AbortController()
    const { signal } = stop
    const onProgress = (seen: JobProgress): void => {
      if (signal.aborted) return
      setAway(false)
      setProgress(seen)
    }
    const follow = async (): Promise<void> => {
      for (;;) {
        try {
          const first = await client.jobs.get(id, { signal })
          setAway(false)
          setJob(first)
          if (hasEnded(first)) return
          setJob(await client.jobs.wait(id, { signal, onProgress, reconnectForMs: PATIENCE_MS }))
          return
        } catch (error) {
          if (error instanceof AbortedError) return
          if (!(error instanceof InfiniteTalkError) || !error.retryable) {
            setFailure(failureOf(error))
            return
          }
          setAway(true)
          await pause(RETRY_MS, signal)
        }
      }
    }
    follow().catch(() => {})
    return () => stop.abort()
  }, [client, id])
  // Browsers report a lost network at once, but a silent connection only after a while.
  useEffect(() => {
    const leave = (): void => setAway(true)
    const comeBack = (): void => setAway(false)
    window.addEventListener('offline', leave)
    window.addEventListener('online', comeBack)
    return () => {
      window.removeEventListener('offline', leave)
      window.removeEventListener('online', comeBack)
    }
  }, [])
  const replace = useCallback((answer: JobResource) => {
    // The answer to a Cancel may arrive after the job has ended, and still call the job running.
    setJob((before) => (before !== null && hasEnded(before) && !hasEnded(answer) ? before : answer))
  }, [])
  return { job, progress, away, failure, replace }
}
