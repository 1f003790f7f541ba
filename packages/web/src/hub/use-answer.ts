// Reads from the hub. All that show the same thing share one request and one answer, and a view that is opened
// again shows the last answer at once, while it is asked for anew.
import { useEffect, useState } from 'preact/hooks'
import { type Failure, failureOf } from './failure.ts'
import type { HubConnection } from './hub-connection.ts'
import { pause } from './pause.ts'
import { untilAnswered } from './until-answered.ts'

export interface Answer<Data> {
  /** null until the first answer. It stays while the hub is away. */
  readonly data: Data | null
  /** Why there is no newer answer. */
  readonly failure: Failure | null
}

interface Kept {
  answer: Answer<unknown>
  readonly listeners: Set<() => void>
  stop: AbortController | null
}

type Ask<Data> = (signal: AbortSignal) => Promise<Data>

const NOTHING = { data: null, failure: null }
/** The oldest answers that nobody shows are dropped beyond this many. */
const MAX_KEPT = 60
const kept = new WeakMap<HubConnection, Map<string, Kept>>()

/**
 * @param key names what is asked for; null asks for nothing
 * @param everyMs asks again after this time, while the page is visible; null asks once
 */
export function useAnswer<Data>(
  hub: HubConnection,
  key: string | null,
  ask: Ask<Data>,
  everyMs: number | null = null,
): Answer<Data> {
  const [, redraw] = useState(0)
  const entry = key === null ? null : entryOf(hub, key)
  useEffect(() => {
    if (entry === null) return
    const listen = (): void => redraw((count) => count + 1)
    entry.listeners.add(listen)
    if (entry.stop === null) {
      entry.stop = new AbortController()
      keepAsking(entry, ask, everyMs, entry.stop.signal).catch(() => {})
    }
    return () => {
      entry.listeners.delete(listen)
      if (entry.listeners.size > 0) return
      entry.stop?.abort()
      entry.stop = null
    }
  }, [entry, everyMs])
  return (entry?.answer ?? NOTHING) as Answer<Data>
}

function entryOf(hub: HubConnection, key: string): Kept {
  const entries = kept.get(hub) ?? new Map<string, Kept>()
  kept.set(hub, entries)
  const entry = entries.get(key) ?? { answer: NOTHING, listeners: new Set(), stop: null }
  entries.delete(key)
  entries.set(key, entry)
  for (const [name, { listeners }] of entries) {
    if (entries.size <= MAX_KEPT) break
    if (listeners.size === 0 && name !== key) entries.delete(name)
  }
  return entry
}

async function keepAsking<Data>(
  entry: Kept,
  ask: Ask<Data>,
  everyMs: number | null,
  signal: AbortSignal,
): Promise<void> {
  const show = (answer: Answer<unknown>): void => {
    if (signal.aborted) return
    entry.answer = answer
    for (const listener of entry.listeners) listener()
  }
  const fail = (error: unknown): void =>
    show({ data: entry.answer.data, failure: failureOf(error) })
  while (!signal.aborted) {
    try {
      show({ data: await untilAnswered(() => ask(signal), signal, fail), failure: null })
    } catch (error) {
      fail(error)
    }
    if (everyMs === null) return
    do await pause(everyMs, signal)
    while (document.hidden && !signal.aborted)
  }
}
