// A video while it grows: from the first window on it can be played. Browsers without MediaSource, as on phones, follow the
// playlist by themselves; Chromium could too, and takes the end of the first windows for the end of the video.

import type { JobResource } from '@infinitetalk/contract'
import { useEffect, useRef } from 'preact/hooks'
import { useHub } from '../hub/hub-context.ts'
import { say } from '../language/say.ts'
import { CaptionsTrack } from './captions-track.tsx'
import { keepPlace } from './kept-place.ts'
import type { StreamSource } from './stream-player.ts'

interface GrowingVideoProps {
  readonly job: JobResource
  readonly poster: string | null
  /** The browser cannot play it. */
  readonly onFailure: () => void
}

const PLAYLIST = 'application/vnd.apple.mpegurl'

export function GrowingVideo({ job, poster, onFailure }: GrowingVideoProps) {
  const { client, fetch, localUrl } = useHub()
  const element = useRef<HTMLVideoElement>(null)
  const { id } = job
  useEffect(() => {
    const video = element.current
    if (video === null) return
    const stop = new AbortController()
    const source: StreamSource = {
      read: (signal) => client.jobs.stream(id, { signal }),
      async fetch(url, signal) {
        const response = await fetch(url.slice(url.indexOf('/v1/')), { signal })
        if (!response.ok) throw new Error(`A window was answered with ${response.status}.`)
        return new Uint8Array(await response.arrayBuffer())
      },
    }
    const play = async (): Promise<void> => {
      if (!('MediaSource' in window) && video.canPlayType(PLAYLIST) !== '') {
        video.src = localUrl(job.urls.stream)
        return
      }
      const { playStream } = await import('./stream-player.ts')
      await playStream(video, source, stop.signal)
    }
    play().catch(() => {
      if (!stop.signal.aborted) onFailure()
    })
    return () => {
      stop.abort()
      video.removeAttribute('src')
      video.load()
    }
    // The link is signed anew from time to time: the one it began with stays.
  }, [client, id])
  const note = (): void => {
    const video = element.current
    if (video === null || video.currentTime === 0) return
    keepPlace(id, { seconds: video.currentTime, isPlaying: !video.paused && !video.ended })
  }
  return (
    // biome-ignore lint/a11y/useMediaCaption: only a text that was spoken has a transcript.
    <video
      ref={element}
      class="growing"
      controls
      playsInline
      preload="auto"
      aria-label={say('The video so far')}
      poster={poster ?? undefined}
      onTimeUpdate={note}
      onPlay={note}
      onPause={note}
      onError={({ currentTarget }) => {
        if (currentTarget.hasAttribute('src')) onFailure()
      }}
    >
      {/* They are burnt into the finished video only. */}
      <CaptionsTrack job={job} areBurnt={false} />
    </video>
  )
}
