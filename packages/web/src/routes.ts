// The places of the page. They are behind the #, so the hub serves one document, and a link works wherever the hub is.
import type { JobStatus } from '@infinitetalk/contract'

/** Which takes are listed: kept in the address, so that the way back leads to the same ones. */
export interface TakesFilter {
  readonly status: JobStatus | null
  readonly search: string | null
  /** The place in the list where it begins; null: with the newest. */
  readonly after: string | null
}

export type Route =
  | { readonly view: 'make' }
  | ({ readonly view: 'takes' } & TakesFilter)
  | { readonly view: 'take'; readonly id: string }
  | { readonly view: 'compare'; readonly left: string; readonly right: string }
  | { readonly view: 'status' }

export const ALL_TAKES: Route = { view: 'takes', status: null, search: null, after: null }

const STATUSES: readonly JobStatus[] = ['queued', 'running', 'succeeded', 'failed', 'canceled']

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.split('?')
  const [, view, first, second] = path.split('/')
  if (view === 'takes' && first) return { view: 'take', id: first }
  if (view === 'takes') return { view: 'takes', ...parseFilter(new URLSearchParams(query)) }
  if (view === 'compare' && first && second) return { view: 'compare', left: first, right: second }
  if (view === 'status') return { view: 'status' }
  return { view: 'make' }
}

function parseFilter(query: URLSearchParams): TakesFilter {
  return {
    status: STATUSES.find((status) => status === query.get('status')) ?? null,
    search: query.get('search') || null,
    after: query.get('after'),
  }
}

export function hrefOf(route: Route): string {
  switch (route.view) {
    case 'make':
      return '#/'
    case 'takes': {
      const query = new URLSearchParams()
      for (const name of ['status', 'search', 'after'] as const) {
        const value = route[name]
        if (value !== null) query.set(name, value)
      }
      return query.size === 0 ? '#/takes' : `#/takes?${query}`
    }
    case 'take':
      return `#/takes/${route.id}`
    case 'compare':
      return `#/compare/${route.left}/${route.right}`
    default:
      return `#/${route.view}`
  }
}

export function goTo(route: Route): void {
  window.location.hash = hrefOf(route)
}

/** The same place, seen otherwise: the way back does not lead through what was typed on the way. */
export function changeTo(route: Route): void {
  window.location.replace(hrefOf(route))
}
