// Where the person is now. Who comes to another place by keyboard or screen reader begins at its top, and hears its name.
import { useEffect, useState } from 'preact/hooks'
import { parseRoute, type Route } from './routes.ts'

const TITLES: Readonly<Record<Route['view'], string>> = {
  make: 'Make a video',
  takes: 'Takes',
  take: 'Take',
  compare: 'Compare',
  status: 'Status',
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(window.location.hash))
  useEffect(() => {
    const follow = (): void => {
      setRoute(parseRoute(window.location.hash))
      window.scrollTo(0, 0)
      document.getElementById('main')?.focus({ preventScroll: true })
    }
    window.addEventListener('hashchange', follow)
    return () => window.removeEventListener('hashchange', follow)
  }, [])
  useEffect(() => {
    document.title = `${TITLES[route.view]} – InfiniteTalk`
  }, [route.view])
  return route
}
