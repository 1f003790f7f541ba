// One take in the list: its still, its state, its prompt.
import { hasEnded } from '@infinitetalk/client'
import type { JobResource } from '@infinitetalk/contract'
import { hrefOf } from '../routes.ts'
import { PictureIcon } from '../ui/icons.tsx'
import { Poster } from './poster.tsx'
import { readStill } from './stills.ts'
import { STATUS_WORDS, sayDuration, sayTime, titleOf } from './words.ts'

export function TakeCard({ job }: { readonly job: JobResource }) {
  const still = job.output === null ? readStill(job.id) : null
  return (
    <a class="take-card" href={hrefOf({ view: 'take', id: job.id })}>
      <div class="take-picture">
        {job.output !== null && <Poster jobId={job.id} />}
        {still !== null && <img class="poster is-dim" src={still} alt="" />}
        {job.output === null && still === null && <PictureIcon />}
        {job.output !== null && (
          <span class="length">{sayDuration(job.output.video.duration_s)}</span>
        )}
        {job.status !== 'succeeded' && (
          <span class={`badge is-${job.status}`}>{STATUS_WORDS[job.status]}</span>
        )}
        {!hasEnded(job) && <CardProgress fraction={job.progress} />}
      </div>
      <p class="take-title" dir="auto">
        {titleOf(job)}
      </p>
      <p class="small muted">
        {sayTime(job.created_at, Date.now())}
        {job.output !== null && ` · seed ${job.output.seed}`}
        {job.error !== null && (
          <>
            {' · '}
            <code>{job.error.code}</code>
          </>
        )}
      </p>
    </a>
  )
}

/** A screen reader reads it as part of the link, so its value is whole percent. */
function CardProgress({ fraction }: { readonly fraction: number }) {
  const percent = Math.floor(fraction * 100)
  return (
    <progress max={100} value={percent} aria-label="Progress" aria-valuetext={`${percent} %`} />
  )
}
