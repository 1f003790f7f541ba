// The places of the page. They are behind the #, so the hub serves one document, and a link works wherever the hub is.

export type Route =
  | { readonly view: 'make' }
  | { readonly view: 'takes' }
  | { readonly view: 'take'; readonly id: string }
  | { readonly view: 'compare'; readonly left: string; readonly right: string }
  | { readonly view: 'status' }

export function parseRoute(hash: string): Route {
  const [, view, first, second] = hash.split('/')
  if (view === 'takes' && first) return { view: 'take', id: first }
  if (view === 'takes') return { view: 'takes' }
  if (view === 'compare' && first && second) return { view: 'compare', left: first, right: second }
  if (view === 'status') return { view: 'status' }
  return { view: 'make' }
}

export function hrefOf(route: Route): string {
  switch (route.view) {
    case 'make':
      return '#/'
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
