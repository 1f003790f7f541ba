// The video of a take. Its link may have expired while the page was open, or the hub was away: then the page reads a new link from
// the job and resumes the video where it was.

import type { JobResource } from '@infinitetalk/contract'
import type { RefObject } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { useHub } from '../hub/hub-context.ts'
import { untilAnswered } from '../hub/until-answered.ts'
import { burnsCaptions, CaptionsTrack } from './captions-track.tsx'
import { takePlace } from './kept-place.ts'
import { usePoster } from './poster.tsx'

/** A video that fails again so soon is damaged itself. */
const FAULTY_MS = 10_000

interface PlayerProps {
  readonly job: JobResource
  /** Gets the video, for who moves it from outside. */
  readonly player?: RefObject<HTMLVideoElement | null>
}

export function Player({ job, player }: PlayerProps) {
  const { client, localUrl } = useHub()
  const poster = usePoster(job.id)
  const own = useRef<HTMLVideoElement>(null)
  const element = player ?? own
  const [url, setUrl] = useState(job.output?.video.url ?? null)
  // A viewer of the growing video keeps their place.
  const watched = useRef(useMemo(() => takePlace(job.id), [job.id]))
  const mended = useRef({ atMs: -FAULTY_MS, place: watched.current?.seconds ?? 0 })
  const stop = useRef(new AbortController())
  useEffect(() => {
    stop.current = new AbortController()
    return () => stop.current.abort()
  }, [])
  const mend = async (): Promise<void> => {
    const place = element.current?.currentTime ?? 0
    if (performance.now() - mended.current.atMs < FAULTY_MS) return
    mended.current = { atMs: Number.POSITIVE_INFINITY, place }
    const { signal } = stop.current
    const { output } = await untilAnswered(
      () => client.jobs.get(job.id, { signal }),
      signal,
      () => {},
    )
    mended.current = { atMs: performance.now(), place }
    if (output === null || output.video.url === url) element.current?.load()
    else setUrl(output.video.url)
  }
  const video = job.output?.video
  if (video === undefined || url === null) return null
  return (
    // biome-ignore lint/a11y/useMediaCaption: only a text that was spoken has a transcript.
    <video
      ref={element}
      class="player"
      data-plays
      controls
      playsInline
      preload="metadata"
      src={localUrl(url)}
      poster={poster ?? undefined}
      width={video.width}
      height={video.height}
      onError={() => void mend().catch(() => {})}
      onLoadedMetadata={({ currentTarget }) => {
        if (mended.current.place > 0) currentTarget.currentTime = mended.current.place
        mended.current = { ...mended.current, place: 0 }
        if (watched.current?.isPlaying) void currentTarget.play().catch(() => {})
        watched.current = null
      }}
    >
      <CaptionsTrack job={job} areBurnt={burnsCaptions(job.input)} />
    </video>
  )
}
