// The still of a finished video. It is fetched and not linked, because an <img> cannot send an API key. In a list only stills near
// the visible part are fetched.
import { useEffect, useState } from 'preact/hooks'
import { useHub } from '../hub/hub-context.ts'
import { useNear } from '../ui/use-near.ts'
import { useObjectUrl } from '../ui/use-object-url.ts'

export function usePoster(jobId: string | null): string | null {
  const hub = useHub()
  const [still, setStill] = useState<Blob | null>(null)
  useEffect(() => {
    setStill(null)
    if (jobId === null) return
    const stop = new AbortController()
    const read = async (): Promise<void> => {
      const response = await hub.fetch(`/v1/jobs/${jobId}/poster`, { signal: stop.signal })
      if (response.ok) setStill(await response.blob())
    }
    // A card without its picture is still a card.
    read().catch(() => {})
    return () => stop.abort()
  }, [hub, jobId])
  return useObjectUrl(still)
}

export function Poster({ jobId }: { readonly jobId: string }) {
  const [place, near] = useNear<HTMLDivElement>()
  const url = usePoster(near ? jobId : null)
  return (
    <div class="poster is-loading" ref={place}>
      {url !== null && <img class="poster" src={url} alt="" />}
    </div>
  )
}
