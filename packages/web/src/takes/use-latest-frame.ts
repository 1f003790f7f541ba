// How a take looks while it renders, where its engine can tell: asked every other second, and answered with the same picture, from
// the browser's own memory, as long as there is no newer one.
import { useEffect, useState } from 'preact/hooks'
import { useHub } from '../hub/hub-context.ts'
import { pause } from '../hub/pause.ts'
import { useObjectUrl } from '../ui/use-object-url.ts'

const EVERY_MS = 2000

/** @param wanted nothing is asked before it renders */
export function useLatestFrame(jobId: string, wanted: boolean): string | null {
  const hub = useHub()
  const [frame, setFrame] = useState<{ readonly tag: string; readonly picture: Blob } | null>(null)
  useEffect(() => {
    if (!wanted) return
    const stop = new AbortController()
    const { signal } = stop
    const watch = async (): Promise<void> => {
      while (!signal.aborted) {
        // Nobody looks at a page that is not seen.
        if (!document.hidden) {
          const seen = await read(signal).catch(() => null)
          if (seen !== null) setFrame((before) => (before?.tag === seen.tag ? before : seen))
        }
        await pause(EVERY_MS, signal)
      }
    }
    const read = async (patience: AbortSignal) => {
      const response = await hub.fetch(`/v1/jobs/${jobId}/frame`, { signal: patience })
      if (response.status !== 200) return null
      return { tag: response.headers.get('etag') ?? '', picture: await response.blob() }
    }
    watch().catch(() => {})
    return () => stop.abort()
  }, [hub, jobId, wanted])
  return useObjectUrl(frame?.picture ?? null)
}
