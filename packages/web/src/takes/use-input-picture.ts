// The picture of a take: the copy that this tab kept, or else the hub's own.
import type { JobResource } from '@infinitetalk/contract'
import { useEffect, useState } from 'preact/hooks'
import { useHub } from '../hub/hub-context.ts'
import { useObjectUrl } from '../ui/use-object-url.ts'
import { readStill } from './stills.ts'

/** Larger pictures are not worth the wait. */
const MAX_BYTES = 20_000_000

/** null while it loads, or when there is none. */
export function useInputPicture({ id, input }: JobResource): string | null {
  const hub = useHub()
  const still = readStill(id)
  const { bytes = MAX_BYTES + 1, type } = (input.image ?? {}) as { bytes?: number; type?: string }
  const wanted = still === null && bytes <= MAX_BYTES
  const [picture, setPicture] = useState<Blob | null>(null)
  useEffect(() => {
    if (!wanted) return
    const stop = new AbortController()
    const read = async (): Promise<void> => {
      const response = await hub.fetch(`/v1/jobs/${id}/inputs/image`, { signal: stop.signal })
      if (response.ok) setPicture(new Blob([await response.blob()], { type: type ?? '' }))
    }
    read().catch(() => {})
    return () => stop.abort()
  }, [hub, id, wanted, type])
  const url = useObjectUrl(picture)
  return still ?? url
}
