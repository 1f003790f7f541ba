// What is listed of the takes: a text that is looked for, and a state.
import { useEffect, useRef, useState } from 'preact/hooks'
import { changeTo, type TakesFilter } from '../routes.ts'
import { STATUS_WORDS } from './words.ts'

/** Who types on has not finished. */
const SETTLE_MS = 300

export function TakesFilterBar({ filter }: { readonly filter: TakesFilter }) {
  const { status, search } = filter
  const [text, setText] = useState(search ?? '')
  // Another address, by the way back for one, is another text; the one that was asked for here is not: more was typed since.
  const asked = useRef(search)
  useEffect(() => {
    if (search !== asked.current) setText(search ?? '')
    asked.current = search
  }, [search])
  useEffect(() => {
    const wanted = text.trim() === '' ? null : text.trim()
    if (wanted === search) return
    const timer = setTimeout(() => {
      asked.current = wanted
      changeTo({ view: 'takes', status, search: wanted, after: null })
    }, SETTLE_MS)
    return () => clearTimeout(timer)
  }, [text, search, status])
  return (
    <search class="takes-filter">
      <input
        type="search"
        aria-label="Search in prompts"
        placeholder="Search"
        maxLength={200}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <select
        aria-label="State"
        value={status ?? ''}
        onChange={({ currentTarget: { value } }) =>
          changeTo({ view: 'takes', status: stateOf(value), search, after: null })
        }
      >
        <option value="">All states</option>
        {STATES.map((state) => (
          <option key={state} value={state}>
            {STATUS_WORDS[state]}
          </option>
        ))}
      </select>
    </search>
  )
}

const STATES = ['succeeded', 'running', 'queued', 'failed', 'canceled'] as const

function stateOf(value: string): TakesFilter['status'] {
  return STATES.find((state) => state === value) ?? null
}
