// Up to four takes side by side, played as one, with the sound of one of them.

import type { JobResource } from '@infinitetalk/contract'
import { useEffect, useRef, useState } from 'preact/hooks'
import { failureOfJob } from '../hub/failure.ts'
import { useHub } from '../hub/hub-context.ts'
import { say, sayNumber } from '../language/say.ts'
import { hrefOf } from '../routes.ts'
import { PauseIcon, PlayIcon } from '../ui/icons.tsx'
import { Notice } from '../ui/notice.tsx'
import { playTogether } from './play-together.ts'
import { usePoster } from './poster.tsx'
import { useInputPicture } from './use-input-picture.ts'
import { useJob } from './use-job.ts'
import { STATUS_WORDS, titleOf } from './words.ts'

export function SideBySide({ ids }: { readonly ids: readonly string[] }) {
  const videos = useRef(new Map<string, HTMLVideoElement>())
  const [playing, setPlaying] = useState(false)
  const [heard, setHeard] = useState(0)
  const [place, setPlace] = useState({ at: 0, of: 0 })
  const shown = (): readonly HTMLVideoElement[] => [...videos.current.values()]
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
  const isPair = ids.length === 2
  return (
    <>
      <div class={`compare-pair ${isPair ? '' : 'is-many'}`}>
        {ids.map((id, index) => (
          <Side
            key={id}
            id={id}
            side={isPair ? (PAIR[index] ?? null) : null}
            number={index + 1}
            onVideo={(video) => {
              if (video === null) videos.current.delete(id)
              else videos.current.set(id, video)
            }}
            muted={heard !== index}
            onHear={() => setHeard(index)}
            onLength={measure}
          />
        ))}
      </div>
      <div class="compare-bar card">
        <button
          type="button"
          class="primary"
          data-plays
          onClick={() => setPlaying(!playing)}
          disabled={place.of === 0}
        >
          {playing ? <PauseIcon /> : <PlayIcon />}
          {playing ? say('Pause') : isPair ? say('Play both') : say('Play all')}
        </button>
        <input
          type="range"
          min={0}
          max={place.of || 1}
          step={0.04}
          value={place.at}
          aria-label={isPair ? say('Position in both videos') : say('Position in all videos')}
          onInput={(event) => seek(Number(event.currentTarget.value))}
        />
        <span class="muted nowrap mono">
          {sayNumber(place.at, 1)} / {sayNumber(place.of, 1)} s
        </span>
      </div>
    </>
  )
}

const PAIR = ['left', 'right'] as const

interface SideProps {
  readonly id: string
  /** One of two; null: one of several. */
  readonly side: 'left' | 'right' | null
  readonly number: number
  readonly onVideo: (video: HTMLVideoElement | null) => void
  readonly muted: boolean
  readonly onHear: () => void
  readonly onLength: (seconds: number) => void
}

function Side({ id, side, number, onVideo, muted, onHear, onLength }: SideProps) {
  const { localUrl } = useHub()
  const { job, progress, failure } = useJob(id)
  const poster = usePoster(job?.output == null ? null : id)
  return (
    <figure class="compare-side">
      {failure !== null && <Notice failure={failure} />}
      {job?.error != null && <Notice failure={failureOfJob(job.error)} />}
      {job !== null && job.output === null && job.error === null && (
        <Unfinished job={job} fraction={progress?.phase === 'running' ? progress.fraction : null} />
      )}
      {job?.output != null && (
        <video
          ref={onVideo}
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
          {job?.output == null
            ? nameOf(side, number)
            : say('{title}, seed {seed}', { title: titleOf(job), seed: job.output.seed })}
        </a>
        <label>
          <input type="radio" name="heard" checked={!muted} onChange={onHear} />{' '}
          {soundOf(side, number)}
        </label>
      </figcaption>
    </figure>
  )
}

function nameOf(side: SideProps['side'], number: number): string {
  if (side === null) return say('Take {number}', { number })
  return side === 'left' ? say('Left take') : say('Right take')
}

function soundOf(side: SideProps['side'], number: number): string {
  if (side === null) return say('Sound: {number}', { number })
  return side === 'left' ? say('Sound: left') : say('Sound: right')
}

/** @param fraction null while it waits, and when it will never be ready */
function Unfinished({
  job,
  fraction,
}: {
  readonly job: JobResource
  readonly fraction: number | null
}) {
  const picture = useInputPicture(job)
  return (
    <div class="unfinished">
      {picture !== null && <img class="player unfinished-picture" src={picture} alt="" />}
      <p class="badge">
        {fraction === null
          ? say(STATUS_WORDS[job.status])
          : `${say(STATUS_WORDS.running)} ${Math.floor(fraction * 100)} %`}
      </p>
    </div>
  )
}
