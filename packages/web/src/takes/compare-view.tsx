// Two takes side by side, played as one.
import type { RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useHub } from '../hub/hub-context.ts'
import { hrefOf } from '../routes.ts'
import { PauseIcon, PlayIcon } from '../ui/icons.tsx'
import { Notice } from '../ui/notice.tsx'
import { useJob } from './use-job.ts'

interface CompareViewProps {
  readonly left: string
  readonly right: string
}

/** Farther apart than a frame, the second is set to the first. */
const MAX_DRIFT_S = 0.06

export function CompareView({ left, right }: CompareViewProps) {
  const leader = useRef<HTMLVideoElement>(null)
  const follower = useRef<HTMLVideoElement>(null)
  const [playing, setPlaying] = useState(false)
  const [heard, setHeard] = useState<'left' | 'right'>('left')
  const [place, setPlace] = useState({ at: 0, of: 0 })
  useEffect(() => {
    const [first, second] = [leader.current, follower.current]
    if (first === null || second === null || !playing) return
    let frame = 0
    const keepUp = (): void => {
      if (Math.abs(first.currentTime - second.currentTime) > MAX_DRIFT_S && !first.seeking) {
        second.currentTime = first.currentTime
      }
      setPlace({ at: first.currentTime, of: first.duration || 0 })
      if (first.ended) setPlaying(false)
      else frame = requestAnimationFrame(keepUp)
    }
    const begin = async (): Promise<void> => {
      await Promise.all([first.play(), second.play()])
      keepUp()
    }
    begin().catch(() => setPlaying(false))
    return () => {
      cancelAnimationFrame(frame)
      first.pause()
      second.pause()
    }
  }, [playing])
  const seek = (at: number): void => {
    for (const { current } of [leader, follower]) if (current !== null) current.currentTime = at
    setPlace((before) => ({ ...before, at }))
  }
  return (
    <div class="compare">
      <h1>Compare</h1>
      <div class="compare-pair">
        <Side
          id={left}
          name="Left"
          video={leader}
          muted={heard !== 'left'}
          onHear={() => setHeard('left')}
          onLength={(of) => setPlace((before) => ({ ...before, of }))}
        />
        <Side
          id={right}
          name="Right"
          video={follower}
          muted={heard !== 'right'}
          onHear={() => setHeard('right')}
        />
      </div>
      <div class="compare-bar card">
        <button type="button" class="primary" onClick={() => setPlaying(!playing)}>
          {playing ? <PauseIcon /> : <PlayIcon />}
          {playing ? 'Pause' : 'Play both'}
        </button>
        <input
          type="range"
          min={0}
          max={place.of || 1}
          step={0.04}
          value={place.at}
          aria-label="Place in both videos"
          onInput={(event) => seek(Number(event.currentTarget.value))}
        />
        <span class="muted nowrap mono">
          {place.at.toFixed(1)} / {place.of.toFixed(1)} s
        </span>
      </div>
    </div>
  )
}

interface SideProps {
  readonly id: string
  readonly name: string
  readonly video: RefObject<HTMLVideoElement | null>
  readonly muted: boolean
  readonly onHear: () => void
  readonly onLength?: (seconds: number) => void
}

function Side({ id, name, video, muted, onHear, onLength }: SideProps) {
  const { localUrl } = useHub()
  const { job, failure } = useJob(id)
  return (
    <figure class="compare-side">
      {failure !== null && <Notice failure={failure} />}
      {job?.output != null && (
        <video
          ref={video}
          class="player"
          playsInline
          preload="auto"
          muted={muted}
          src={localUrl(job.output.video.url)}
          onLoadedMetadata={(event) => onLength?.(event.currentTarget.duration)}
        />
      )}
      <figcaption>
        <a href={hrefOf({ view: 'take', id })}>Seed {job?.output?.seed ?? '…'}</a>
        <label>
          <input type="radio" name="heard" checked={!muted} onChange={onHear} /> {name} is heard
        </label>
      </figcaption>
    </figure>
  )
}
