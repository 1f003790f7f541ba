// Two takes side by side, played as one.
import type { RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { failureOfJob } from '../hub/failure.ts'
import { useHub } from '../hub/hub-context.ts'
import { hrefOf } from '../routes.ts'
import { PauseIcon, PlayIcon } from '../ui/icons.tsx'
import { Notice } from '../ui/notice.tsx'
import { playTogether } from './play-together.ts'
import { usePoster } from './poster.tsx'
import { useJob } from './use-job.ts'
import { STATUS_WORDS, titleOf } from './words.ts'

interface CompareViewProps {
  readonly left: string
  readonly right: string
}

export function CompareView({ left, right }: CompareViewProps) {
  const first = useRef<HTMLVideoElement>(null)
  const second = useRef<HTMLVideoElement>(null)
  const [playing, setPlaying] = useState(false)
  const [heard, setHeard] = useState<'left' | 'right'>('left')
  const [place, setPlace] = useState({ at: 0, of: 0 })
  const shown = (): readonly HTMLVideoElement[] =>
    [first.current, second.current].filter((video) => video !== null)
  useEffect(() => {
    if (!playing) return
    return playTogether(shown(), {
      onPlace: (at) => setPlace((before) => ({ ...before, at })),
      onEnd: () => setPlaying(false),
    })
  }, [playing])
  const seek = (at: number): void => {
    for (const video of shown()) video.currentTime = at
    setPlace((before) => ({ ...before, at }))
  }
  const measure = (seconds: number): void =>
    setPlace((before) => ({ ...before, of: Math.max(before.of, seconds) }))
  return (
    <div class="compare">
      <h1>Compare</h1>
      <div class="compare-pair">
        <Side
          id={left}
          name="Left"
          video={first}
          muted={heard !== 'left'}
          onHear={() => setHeard('left')}
          onLength={measure}
        />
        <Side
          id={right}
          name="Right"
          video={second}
          muted={heard !== 'right'}
          onHear={() => setHeard('right')}
          onLength={measure}
        />
      </div>
      <div class="compare-bar card">
        <button
          type="button"
          class="primary"
          onClick={() => setPlaying(!playing)}
          disabled={place.of === 0}
        >
          {playing ? <PauseIcon /> : <PlayIcon />}
          {playing ? 'Pause' : 'Play both'}
        </button>
        <input
          type="range"
          min={0}
          max={place.of || 1}
          step={0.04}
          value={place.at}
          aria-label="Position in both videos"
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
  readonly onLength: (seconds: number) => void
}

function Side({ id, name, video, muted, onHear, onLength }: SideProps) {
  const { localUrl } = useHub()
  const { job, failure } = useJob(id)
  const poster = usePoster(job?.output == null ? null : id)
  return (
    <figure class="compare-side">
      {failure !== null && <Notice failure={failure} />}
      {job?.error != null && <Notice failure={failureOfJob(job.error)} />}
      {job !== null && job.output === null && job.error === null && (
        <p class="empty">{STATUS_WORDS[job.status]}</p>
      )}
      {job?.output != null && (
        <video
          ref={video}
          class="player"
          playsInline
          preload="auto"
          muted={muted}
          poster={poster ?? undefined}
          src={localUrl(job.output.video.url)}
          onLoadedMetadata={(event) => onLength(event.currentTarget.duration)}
        />
      )}
      <figcaption>
        <a href={hrefOf({ view: 'take', id })}>
          {job?.output == null ? `${name} take` : `${titleOf(job)}, seed ${job.output.seed}`}
        </a>
        <label>
          <input type="radio" name="heard" checked={!muted} onChange={onHear} />{' '}
          {`Sound: ${name.toLowerCase()}`}
        </label>
      </figcaption>
    </figure>
  )
}
