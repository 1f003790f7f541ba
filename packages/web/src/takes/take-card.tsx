// One take in the list: its still, or else its picture; its state, its name, and when it is deleted.

import { hasEnded } from '@infinitetalk/client'
import type { JobResource } from '@infinitetalk/contract'
import { say } from '../language/say.ts'
import { hrefOf } from '../routes.ts'
import { PictureIcon } from '../ui/icons.tsx'
import { useNear } from '../ui/use-near.ts'
import { Poster } from './poster.tsx'
import { useInputPicture } from './use-input-picture.ts'
import { WaitingReason } from './waiting-reason.tsx'
import { STATUS_WORDS, sayDuration, sayExpiry, sayTime, titleOf } from './words.ts'

export function TakeCard({ job }: { readonly job: JobResource }) {
  const expiry = sayExpiry(job, Date.now())
  return (
    <a
      class="take-card"
      href={hrefOf({ view: 'take', id: job.id })}
      data-take={hasEnded(job) ? job.id : undefined}
      data-title={titleOf(job)}
    >
      <div class="take-picture">
        {job.output === null ? <InputStill job={job} /> : <Poster jobId={job.id} />}
        {job.output !== null && (
          <span class="length">{sayDuration(job.output.video.duration_s)}</span>
        )}
        {job.status !== 'succeeded' && <span class={`badge is-${job.status}`}>{stateOf(job)}</span>}
        {!hasEnded(job) && (
          <progress max={100} value={percentOf(job)} aria-hidden="true" tabIndex={-1} />
        )}
      </div>
      <p class="take-title" dir="auto">
        {titleOf(job)}
      </p>
      <p class="small muted">
        {sayTime(job.created_at, Date.now())}
        {job.error !== null && (
          <>
            {' · '}
            <code>{job.error.code}</code>
          </>
        )}
        {expiry !== null && ` · ${expiry}`}
      </p>
      <WaitingReason job={job} />
    </a>
  )
}

function InputStill({ job }: { readonly job: JobResource }) {
  const [place, near] = useNear<HTMLDivElement>()
  const still = useInputPicture(job, near)
  return (
    <div class="poster" ref={place}>
      {still === null ? <PictureIcon /> : <img class="poster is-dim" src={still} alt="" />}
    </div>
  )
}

function stateOf(job: JobResource): string {
  const state = say(STATUS_WORDS[job.status])
  return job.status === 'running' ? `${state} ${percentOf(job)} %` : state
}

function percentOf({ progress }: JobResource): number {
  return Math.floor(progress * 100)
}
