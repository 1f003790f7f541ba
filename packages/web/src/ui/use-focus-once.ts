// Moves the focus to an element when it appears in place of the one that had it. The attribute `autofocus` works only for the
// first element of a page.
import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

export function useFocusOnce<Of extends HTMLElement>(wanted = true): RefObject<Of | null> {
  const element = useRef<Of>(null)
  // Only when it appears: someone who moved on since keeps the focus.
  const first = useRef(wanted)
  useLayoutEffect(() => {
    if (first.current) element.current?.focus({ preventScroll: true })
  }, [])
  return element
}
