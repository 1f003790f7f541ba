// Deletions that can be undone: the take disappears at once and is deleted a few seconds later. If the page is closed before, it stays.
import { InfiniteTalkError } from '@infinitetalk/client'
import { type Failure, failureOf } from '../hub/failure.ts'
import type { HubConnection } from '../hub/hub-connection.ts'
import { SharedValue, useShared } from '../ui/shared-value.ts'

export interface Deletion {
  readonly id: string
  readonly title: string
  /** The hub has deleted it: only lists that are not read again yet still have it. */
  readonly done: boolean
  /** The hub refused: the take is back. */
  readonly failure: Failure | null
}

/** Enough to read the sentence and to reach the button. */
const UNDO_MS = 8000
/** Lists are read again long before. */
const MAX_KEPT = 100
/** Another tab may have deleted it first. */
const GONE = new Set(['job_not_found', 'job_expired'])

const all = new SharedValue<readonly Deletion[]>([])
const timers = new Map<string, ReturnType<typeof setTimeout>>()

export function deleteLater(hub: HubConnection, id: string, title: string): void {
  if (timers.has(id)) return
  all.set([
    ...all.current.filter((one) => one.id !== id),
    { id, title, done: false, failure: null },
  ])
  timers.set(
    id,
    setTimeout(() => void finish(hub, id), UNDO_MS),
  )
}

/** A refused deletion brings the take back. */
export function isDeleted(deletions: readonly Deletion[], id: string): boolean {
  return deletions.some((one) => one.id === id && one.failure === null)
}

export function undoDeletion(id: string): void {
  clearTimeout(timers.get(id))
  timers.delete(id)
  all.set(all.current.filter((one) => one.id !== id))
}

/** Called at sign-out: takes that were not deleted yet stay, and the next person must not see their names. */
export function forgetDeletions(): void {
  for (const timer of timers.values()) clearTimeout(timer)
  timers.clear()
  all.set([])
}

export function useDeletions(): readonly Deletion[] {
  return useShared(all)
}

async function finish(hub: HubConnection, id: string): Promise<void> {
  try {
    await hub.client.jobs.delete(id)
  } catch (error) {
    if (!(error instanceof InfiniteTalkError && GONE.has(error.code ?? ''))) {
      timers.delete(id)
      all.set(
        all.current.map((one) => (one.id === id ? { ...one, failure: failureOf(error) } : one)),
      )
      return
    }
  }
  timers.delete(id)
  all.set(all.current.map((one) => (one.id === id ? { ...one, done: true } : one)).slice(-MAX_KEPT))
}
