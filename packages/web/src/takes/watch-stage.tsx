// A take while it is made: the video so far, or the latest frame, or else its picture; and the progress.

import type { JobResource } from '@infinitetalk/contract'
import { useState } from 'preact/hooks'
import { say } from '../language/say.ts'
import { GrowingVideo } from './growing-video.tsx'
import { useInputPicture } from './use-input-picture.ts'
import { useLatestFrame } from './use-latest-frame.ts'
import { useStreamReady } from './use-stream-ready.ts'

interface WatchStageProps {
  readonly job: JobResource
  /** null while it is queued. */
  readonly percent: number | null
  /** The one that is being rendered, from 1; null when the engine has none. */
  readonly window: number | null
}

export function WatchStage({ job, percent, window }: WatchStageProps) {
  const picture = useInputPicture(job)
  const [unplayable, setUnplayable] = useState(false)
  const grows = useStreamReady(job.id, window) && !unplayable
  const frame = useLatestFrame(job.id, percent !== null && !grows)
  // HEIC, for example: the hub can read it, most browsers cannot.
  const [unseen, setUnseen] = useState<string | null>(null)
  const shown = frame ?? (picture === unseen ? null : picture)
  return (
    <div class={`watch-stage ${grows ? 'is-growing' : frame === null ? '' : 'is-live'}`}>
      {grows && <GrowingVideo job={job} poster={shown} onFailure={() => setUnplayable(true)} />}
      {!grows && shown !== null && (
        <img
          src={shown}
          alt={frame === null ? say('The picture that is being animated') : say('The latest frame')}
          onError={() => setUnseen(shown)}
        />
      )}
      {percent !== null && (
        <span class="watch-percent" aria-hidden="true">
          {percent} %
        </span>
      )}
    </div>
  )
}
