// The latest frame of a take while it renders, if its engine provides one. Asked for every two seconds; until there is a newer
// frame, the answer comes from the browser's own cache.
import { useEffect, useState } from 'preact/hooks'
import { useHub } from '../hub/hub-context.ts'
import { pause } from '../hub/pause.ts'
import { useObjectUrl } from '../ui/use-object-url.ts'

const EVERY_MS = 2000

/** @param wanted false: nothing is asked, because it does not render yet */
export function useLatestFrame(jobId: string, wanted: boolean): string | null {
  const hub = useHub()
  const [frame, setFrame] = useState<{ readonly tag: string; readonly picture: Blob } | null>(null)
  useEffect(() => {
    if (!wanted) return
    const stop = new AbortController()
    const { signal } = stop
    const watch = async (): Promise<void> => {
      while (!signal.aborted) {
        // A hidden page asks for nothing.
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
