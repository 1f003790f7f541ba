// A part of the list of takes, read again every few seconds while a take in it is unfinished. It grows on request up to a size
// that a page shows with ease; older takes are a part of their own.
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
  /** Cursor of the next part; null: this is all. */
  readonly next: string | null
  /** Whether more takes fit here; if not, they are shown as another part. */
  readonly canGrow: boolean
  /** More takes were asked for and have not arrived yet. */
  readonly growing: boolean
  readonly failure: Failure | null
  loadMore(): void
}

/** Fills whole rows of two, three, five and six. */
const PAGE = 30
const MAX_SHOWN = 90
const BUSY_MS = 2000
const CALM_MS = 15_000
/** Pause between two requests to a hub that is away. */
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
    // A search that found fewer takes than asked for has reached the limit that the hub searches at a time.
    canGrow: asked < MAX_SHOWN && seen?.takes.length === asked,
    growing: seen !== null && seen.asked < asked,
    failure,
    loadMore,
  }
}
