// The filter of the list of takes: a search text and a state.

import { useEffect, useRef, useState } from 'preact/hooks'
import { say } from '../language/say.ts'
import { changeTo, type TakesFilter } from '../routes.ts'
import { STATUS_WORDS } from './words.ts'

/** Typing counts as finished after a pause of 300 ms. */
const SETTLE_MS = 300

export function TakesFilterBar({ filter }: { readonly filter: TakesFilter }) {
  const { status, search } = filter
  const [text, setText] = useState(search ?? '')
  // An address that came from elsewhere, such as Back, brings its own text. An address that this field set does not: the text may
  // be newer.
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
        aria-label={say('Search in prompts')}
        placeholder={say('Search')}
        maxLength={200}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <select
        aria-label={say('State')}
        value={status ?? ''}
        onChange={({ currentTarget: { value } }) =>
          changeTo({ view: 'takes', status: stateOf(value), search, after: null })
        }
      >
        <option value="">{say('All states')}</option>
        {STATES.map((state) => (
          <option key={state} value={state}>
            {say(STATUS_WORDS[state])}
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
