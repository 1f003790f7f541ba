// Whether the video of a job that runs can be watched by now: asked for when a window is done, and no more once the hub says that
// this one is rendered in one piece.
import { InfiniteTalkError } from '@infinitetalk/client'
import { useEffect, useState } from 'preact/hooks'
import { useHub } from '../hub/hub-context.ts'
import { pause } from '../hub/pause.ts'

/** A window is kept a moment after the next one has begun. */
const LOOK_AGAIN_MS = 1000

/** @param window the one that is being rendered, from 1; null when the engine has none */
export function useStreamReady(jobId: string, window: number | null): boolean {
  const { client } = useHub()
  const [state, setState] = useState<'unknown' | 'ready' | 'never'>('unknown')
  useEffect(() => {
    if (window === null || window < 2 || state !== 'unknown') return
    const stop = new AbortController()
    const { signal } = stop
    const look = async (): Promise<void> => {
      while (!signal.aborted) {
        const code = await client.jobs.stream(jobId, { signal }).then(
          () => null,
          (error: unknown) => (error instanceof InfiniteTalkError ? error.code : 'unknown'),
        )
        if (signal.aborted) return
        if (code === null) return setState('ready')
        if (code === 'windows_not_kept') return setState('never')
        await pause(LOOK_AGAIN_MS, signal)
      }
    }
    look().catch(() => {})
    return () => stop.abort()
  }, [client, jobId, window, state])
  return state === 'ready'
}
