// All takes, newest first, or those that match the filter.

import { useEffect, useRef, useState } from 'preact/hooks'
import { useStorage } from '../hub/use-storage.ts'
import { say, sayAround, sayCount } from '../language/say.ts'
import { ALL_TAKES, hrefOf, MAX_COMPARED, type TakesFilter } from '../routes.ts'
import { Notice } from '../ui/notice.tsx'
import { isDeleted, useDeletions } from './deletions.ts'
import { keepOrder } from './order-of-takes.ts'
import { RecentBatches } from './recent-batches.tsx'
import { TakeCard } from './take-card.tsx'
import { TakesFilterBar } from './takes-filter.tsx'
import { type Takes, useTakes } from './use-takes.ts'
import { sayBytes } from './words.ts'

export function TakesView({ filter }: { readonly filter: TakesFilter }) {
  const { status, search, after } = filter
  const isFiltered = status !== null || search !== null
  return (
    <div class="takes">
      <header class="takes-head">
        <h1>{say('Takes')}</h1>
        <TakesFilterBar filter={filter} />
      </header>
      <TakesList
        key={`${status} ${search} ${after}`}
        filter={filter}
        isAll={!isFiltered && after === null}
      />
    </div>
  )
}

interface TakesListProps {
  readonly filter: TakesFilter
  readonly isAll: boolean
}

function TakesList({ filter, isAll }: TakesListProps) {
  const list = useTakes(filter)
  const { failure } = list
  const deleted = useDeletions()
  const takes = list.takes?.filter(({ id }) => !isDeleted(deleted, id)) ?? null
  const [chosen, setChosen] = useState<readonly string[]>([])
  const grid = useRef<HTMLUListElement>(null)
  const grownFrom = useRef<number | null>(null)
  const loadMore = (): void => {
    grownFrom.current = takes?.length ?? null
    list.loadMore()
  }
  // After "Show older takes" the focus moves to the first of them.
  useEffect(() => {
    const first = grownFrom.current === null ? null : grid.current?.children[grownFrom.current]
    if (first == null) return
    grownFrom.current = null
    first.querySelector('a')?.focus({ preventScroll: true })
  }, [list.takes])
  useEffect(() => keepOrder(list.takes?.map(({ id }) => id) ?? []), [list.takes])
  const choose = (id: string): void =>
    setChosen(
      chosen.includes(id)
        ? chosen.filter((other) => other !== id)
        : [...chosen, id].slice(-MAX_COMPARED),
    )
  return (
    <>
      <Summary list={{ ...list, takes }} filter={filter} />
      {isAll && <RecentBatches />}
      {failure !== null && <Notice failure={failure} />}
      {takes === null && failure === null && <TakesSkeleton />}
      {takes?.length === 0 && list.next === null && (isAll ? <NoTakes /> : <NoMatch />)}
      {takes !== null && takes.length > 0 && (
        <ul class="take-grid" ref={grid}>
          {takes.map((job) => (
            <li key={job.id}>
              <TakeCard job={job} />
              {job.output !== null && (
                <label class="choose">
                  <input
                    type="checkbox"
                    checked={chosen.includes(job.id)}
                    onChange={() => choose(job.id)}
                  />
                  {say('Compare')}
                </label>
              )}
            </li>
          ))}
        </ul>
      )}
      <Older list={list} filter={filter} onMore={loadMore} />
      <CompareOffer chosen={chosen} onCancel={() => setChosen([])} />
    </>
  )
}

function Summary({ list: { takes, next }, filter }: { list: Takes; filter: TakesFilter }) {
  const storage = useStorage()
  if (takes === null || (takes.length === 0 && storage === null)) return null
  const count = sayCount(takes.length, '{n} take', '{n} takes')
  return (
    <p class="takes-summary muted">
      <span role="status">{next === null ? count : say('{takes} shown', { takes: count })}</span>
      {storage !== null && storage.used_bytes !== null && (
        <span>
          {sayAround('{size} stored in total', {
            size: <a href="#/status">{sayBytes(storage.used_bytes)}</a>,
          })}
        </span>
      )}
      {filter.after !== null && (
        <a href={hrefOf({ view: 'takes', ...filter, after: null })}>{say('Newest takes')}</a>
      )}
    </p>
  )
}

interface OlderProps {
  readonly list: Takes
  readonly filter: TakesFilter
  readonly onMore: () => void
}

/** Grows the list in place as far as the page stays light, then links to a page of its own, from which Back leads here. */
function Older({ list, filter, onMore }: OlderProps) {
  const { next, canGrow, growing } = list
  if (next === null && !growing) return null
  if (next !== null && !canGrow && !growing) {
    return (
      <a class="button more" href={hrefOf({ view: 'takes', ...filter, after: next })}>
        {say('Older takes')}
      </a>
    )
  }
  return (
    // Not disabled while it loads: a disabled button loses the focus.
    <button type="button" class="more" aria-busy={growing} onClick={onMore}>
      {growing ? say('Loading …') : say('Show older takes')}
    </button>
  )
}

function NoTakes() {
  return (
    <div class="empty card">
      <p>
        <strong>{say('No takes yet.')}</strong>
      </p>
      <p class="muted">{say('Your takes appear here until the hub deletes them.')}</p>
      <a class="button primary" href="#/">
        {say('Make the first one')}
      </a>
    </div>
  )
}

function NoMatch() {
  return (
    <div class="empty card">
      <p>
        <strong>{say('No take matches.')}</strong>
      </p>
      <a class="button" href={hrefOf(ALL_TAKES)}>
        {say('Show all takes')}
      </a>
    </div>
  )
}

interface CompareOfferProps {
  readonly chosen: readonly string[]
  readonly onCancel: () => void
}

function CompareOffer({ chosen, onCancel }: CompareOfferProps) {
  if (chosen.length === 0) return null
  return (
    <div class="compare-offer card" role="status">
      {chosen.length === 1 ? (
        <span>{say('Choose another take to compare it with.')}</span>
      ) : (
        <a class="button primary" href={hrefOf({ view: 'compare', ids: chosen })}>
          {chosen.length === 2
            ? say('Compare the two')
            : say('Compare the {count}', { count: chosen.length })}
        </a>
      )}
      <button type="button" class="quiet" onClick={onCancel}>
        {say('Cancel')}
      </button>
    </div>
  )
}

function TakesSkeleton() {
  return (
    <ul class="take-grid" aria-busy="true" aria-label={say('Loading')}>
      {[0, 1, 2, 3, 4, 5].map((place) => (
        <li key={place}>
          <div class="take-picture is-loading" />
        </li>
      ))}
    </ul>
  )
}
