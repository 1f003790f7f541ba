// The picture as it is sent: made smaller first where it has too many pixels.
import { useEffect, useState } from 'preact/hooks'
import { kindOf, type Medium } from './medium.ts'
import { shrinkPicture } from './shrink-picture.ts'

/** null while it is made smaller, and without a picture. */
export function useShrunk(visual: Medium | null): Medium | null {
  const [done, setDone] = useState<{ readonly of: Medium; readonly sent: Medium } | null>(null)
  const blob = visual?.source == null && visual !== null ? visual.blob : null
  const isPicture = visual !== null && kindOf(visual) === 'image'
  useEffect(() => {
    if (visual === null || blob === null || !isPicture) return
    let current = true
    shrinkPicture(blob).then(
      (sent) => {
        if (current)
          setDone({ of: visual, sent: sent === blob ? visual : { ...visual, blob: sent } })
      },
      () => {},
    )
    return () => {
      current = false
    }
  }, [visual, blob, isPicture])
  if (visual === null || blob === null || !isPicture) return visual
  return done !== null && done.of === visual ? done.sent : null
}
