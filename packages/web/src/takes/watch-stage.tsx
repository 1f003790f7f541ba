// A take while it is made: the latest frame or else its picture, and the progress.
import type { JobResource } from '@infinitetalk/contract'
import { useState } from 'preact/hooks'
import { useInputPicture } from './use-input-picture.ts'
import { useLatestFrame } from './use-latest-frame.ts'

interface WatchStageProps {
  readonly job: JobResource
  /** null while it is queued. */
  readonly percent: number | null
}

export function WatchStage({ job, percent }: WatchStageProps) {
  const picture = useInputPicture(job)
  const frame = useLatestFrame(job.id, percent !== null)
  // HEIC, for example: the hub can read it, most browsers cannot.
  const [unseen, setUnseen] = useState<string | null>(null)
  const shown = frame ?? (picture === unseen ? null : picture)
  return (
    <div class={`watch-stage ${frame === null ? '' : 'is-live'}`}>
      {shown !== null && (
        <img
          src={shown}
          alt={frame === null ? 'The picture that is being animated' : 'The latest frame'}
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
