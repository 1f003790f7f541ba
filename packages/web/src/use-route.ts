// The current route. A change of view scrolls to the top and moves the focus, so that screen readers read its title; a change of
// the filter leaves the focus in its field.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { useLanguage } from './language/language.ts'
import { say, type Words } from './language/say.ts'
import { hrefOf, parseRoute, type Route } from './routes.ts'

const TITLES: Readonly<Record<Route['view'], Words>> = {
  make: 'Make a video',
  takes: 'Takes',
  take: 'Take',
  batch: 'Batch',
  compare: 'Compare',
  status: 'Status',
  api: 'API',
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(window.location.hash))
  const place = useRef(placeOf(route))
  const language = useLanguage()
  // Before the paint, so that a quick person can use a link that was there already.
  useLayoutEffect(() => {
    const follow = (): void => {
      const next = parseRoute(window.location.hash)
      setRoute(next)
      const moved = placeOf(next) !== place.current
      place.current = placeOf(next)
      if (!moved) return
      window.scrollTo(0, 0)
      document.getElementById('main')?.focus({ preventScroll: true })
    }
    window.addEventListener('hashchange', follow)
    return () => window.removeEventListener('hashchange', follow)
  }, [])
  useEffect(() => {
    document.title = `${say(TITLES[route.view])} – InfiniteTalk`
  }, [route.view, language])
  return route
}

function placeOf(route: Route): string {
  return route.view === 'takes' ? hrefOf({ ...route, status: null, search: null }) : hrefOf(route)
}
