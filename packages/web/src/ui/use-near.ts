// Whether an element is near the visible part of the page: what is far away is not loaded.
import type { RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

/** Elements this far below the visible part are loaded already. */
const AHEAD = '400px'

export function useNear<Of extends Element>(): readonly [RefObject<Of | null>, boolean] {
  const place = useRef<Of>(null)
  const [near, setNear] = useState(false)
  useEffect(() => {
    if (near || place.current === null) return
    const watch = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setNear(true)
      },
      { rootMargin: AHEAD },
    )
    watch.observe(place.current)
    return () => watch.disconnect()
  }, [near])
  return [place, near]
}
