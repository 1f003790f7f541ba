// A stretch of the list of takes, read again every few seconds while something in it goes on. It grows when asked to, up to what
// a page can show with ease; what is older has a stretch of its own.
import { AbortedError, hasEnded } from '@infinitetalk/client'
import type { JobResource } from '@infinitetalk/contract'
import { useCallback, useEffect, useState } from 'preact/hooks'
import { type Failure, failureOf } from '../hub/failure.ts'
import { useHub } from '../hub/hub-context.ts'
import { pause } from '../hub/pause.ts'
import type { TakesFilter } from '../routes.ts'

export interface Takes {
  /** null until the first answer. */
  readonly takes: readonly JobResource[] | null
  /** Where the list goes on; null: this is all. */
  readonly next: string | null
  /** Whether more of it fits here; otherwise it goes on in another stretch. */
  readonly canGrow: boolean
  /** More was asked for and is not there yet. */
  readonly growing: boolean
  readonly failure: Failure | null
  loadMore(): void
}

/** Full rows of two, three, five and six. */
const PAGE = 30
const MAX_SHOWN = 90
const BUSY_MS = 2000
const CALM_MS = 15_000
/** Of a hub that is away. */
const AWAY_MS = 3000

interface Seen {
  readonly takes: readonly JobResource[]
  readonly next: string | null
  readonly asked: number
}

export function useTakes({ status, search, after }: TakesFilter): Takes {
  const { client } = useHub()
  const [asked, setAsked] = useState(PAGE)
  const [seen, setSeen] = useState<Seen | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  useEffect(() => {
    const stop = new AbortController()
    const { signal } = stop
    const query = {
      limit: asked,
      status: status ?? undefined,
      search: search ?? undefined,
      cursor: after ?? undefined,
      signal,
    }
    const watch = async (): Promise<void> => {
      while (!signal.aborted) {
        let restMs = CALM_MS
        try {
          const { data, next_cursor } = await client.jobs.list(query)
          setSeen({ takes: data, next: next_cursor, asked })
          setFailure(null)
          if (data.some((job) => !hasEnded(job))) restMs = BUSY_MS
        } catch (error) {
          if (error instanceof AbortedError) return
          setFailure(failureOf(error))
          restMs = AWAY_MS
        }
        await pause(restMs, signal)
      }
    }
    watch().catch(() => {})
    return () => stop.abort()
  }, [client, status, search, after, asked])
  const loadMore = useCallback(() => setAsked((count) => Math.min(MAX_SHOWN, count + PAGE)), [])
  return {
    takes: seen?.takes ?? null,
    next: seen?.next ?? null,
    // A search that found less than was asked for has looked as far as the hub looks at a time.
    canGrow: asked < MAX_SHOWN && seen?.takes.length === asked,
    growing: seen !== null && seen.asked < asked,
    failure,
    loadMore,
  }
}
