// Whether the person still looks at the part of the page that began something: an answer that comes later leads nobody away from
// where they went meanwhile.
import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

export function useHere(): RefObject<boolean> {
  const here = useRef(true)
  useEffect(() => {
    here.current = true
    return () => {
      here.current = false
    }
  }, [])
  return here
}
