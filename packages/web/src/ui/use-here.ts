// Whether the view that started something is still open. A late answer must not move a person away from where they went
// meanwhile.
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
