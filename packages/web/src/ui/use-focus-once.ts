// Gives an element the keyboard when it appears: in the place of what had it before, which is gone. The attribute `autofocus` does
// so for the first element of a page only.
import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

export function useFocusOnce<Of extends HTMLElement>(wanted = true): RefObject<Of | null> {
  const element = useRef<Of>(null)
  // Only when it appears: whoever moved on since is left alone.
  const first = useRef(wanted)
  useLayoutEffect(() => {
    if (first.current) element.current?.focus({ preventScroll: true })
  }, [])
  return element
}
