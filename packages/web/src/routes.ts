// The views of the page. They are behind the #, so the hub serves one document and a link works under any path.
import type { JobStatus } from '@infinitetalk/contract'

/** Which takes are listed. It is part of the address, so that Back restores the same list. */
export interface TakesFilter {
  readonly status: JobStatus | null
  readonly search: string | null
  /** The cursor where the list begins; null: the newest take. */
  readonly after: string | null
}

export type Route =
  | { readonly view: 'make' }
  | ({ readonly view: 'takes' } & TakesFilter)
  | { readonly view: 'take'; readonly id: string }
  | { readonly view: 'compare'; readonly ids: readonly string[] }
  | { readonly view: 'batch'; readonly id: string }
  | { readonly view: 'status' }
  | { readonly view: 'api' }

/** More would be too small to see a mouth. */
export const MAX_COMPARED = 4

export const ALL_TAKES: Route = { view: 'takes', status: null, search: null, after: null }

const STATUSES: readonly JobStatus[] = ['queued', 'running', 'succeeded', 'failed', 'canceled']

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.split('?')
  const [, view, first, second, ...others] = path.split('/')
  if (view === 'takes' && first) return { view: 'take', id: first }
  if (view === 'takes') return { view: 'takes', ...parseFilter(new URLSearchParams(query)) }
  if (view === 'batches' && first) return { view: 'batch', id: first }
  if (view === 'compare' && first && second) {
    return { view: 'compare', ids: [first, second, ...others].slice(0, MAX_COMPARED) }
  }
  if (view === 'status' || view === 'api') return { view }
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
      return `#/compare/${route.ids.join('/')}`
    case 'batch':
      return `#/batches/${route.id}`
    default:
      return `#/${route.view}`
  }
}

export function goTo(route: Route): void {
  window.location.hash = hrefOf(route)
}

/** Shows the same view with other choices, without an entry in the history: Back skips what was typed. */
export function changeTo(route: Route): void {
  window.location.replace(hrefOf(route))
}
