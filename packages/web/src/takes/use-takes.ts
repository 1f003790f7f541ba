// The list of takes, read again every few seconds while something in it goes on, and when the person comes back to the page.
import { AbortedError, hasEnded } from '@infinitetalk/client'
import type { JobResource } from '@infinitetalk/contract'
import { useCallback, useEffect, useState } from 'preact/hooks'
import { type Failure, failureOf } from '../hub/failure.ts'
import { useHub } from '../hub/hub-context.ts'
import { pause } from '../hub/pause.ts'

export interface Takes {
  /** null until the first answer. */
  readonly takes: readonly JobResource[] | null
  readonly more: boolean
  readonly failure: Failure | null
  loadMore(): void
}

const PAGE = 24
const MAX_SHOWN = 96
const BUSY_MS = 2000
const CALM_MS = 15_000

export function useTakes(): Takes {
  const { client } = useHub()
  const [shown, setShown] = useState(PAGE)
  const [takes, setTakes] = useState<readonly JobResource[] | null>(null)
  const [more, setMore] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  useEffect(() => {
    const stop = new AbortController()
    const { signal } = stop
    const watch = async (): Promise<void> => {
      while (!signal.aborted) {
        let restMs = CALM_MS
        try {
          const { data, has_more } = await client.jobs.list({ limit: shown, signal })
          setTakes(data)
          setMore(has_more && shown < MAX_SHOWN)
          setFailure(null)
          if (data.some((job) => !hasEnded(job))) restMs = BUSY_MS
        } catch (error) {
          if (error instanceof AbortedError) return
          setFailure(failureOf(error))
        }
        await pause(restMs, signal)
      }
    }
    watch().catch(() => {})
    return () => stop.abort()
  }, [client, shown])
  const loadMore = useCallback(() => setShown((count) => Math.min(MAX_SHOWN, count + PAGE)), [])
  return { takes, more, failure, loadMore }
}
