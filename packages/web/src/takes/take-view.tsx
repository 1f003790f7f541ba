// One take: followed while it renders, played when it is ready, explained when it failed.

import { hasEnded } from '@infinitetalk/client'
import type { JobResource } from '@infinitetalk/contract'
import { useRef } from 'preact/hooks'
import { failureOfJob } from '../hub/failure.ts'
import { useHub } from '../hub/hub-context.ts'
import { useEngines } from '../hub/use-engines.ts'
import { say } from '../language/say.ts'
import { StandIn } from '../make/engine-choice.tsx'
import type { Draft } from '../make/use-draft.ts'
import { Notice } from '../ui/notice.tsx'
import { Deliveries } from './deliveries.tsx'
import { Player } from './player.tsx'
import { progressOf } from './progress-of.ts'
import { ProgressPanel } from './progress-panel.tsx'
import { RetakeBar } from './retake-bar.tsx'
import { TakeActions } from './take-actions.tsx'
import { TakeDetails } from './take-details.tsx'
import { TakeName } from './take-name.tsx'
import { useInputPicture } from './use-input-picture.ts'
import { useJob } from './use-job.ts'
import { STATUS_WORDS, sayTime, titleOf } from './words.ts'

interface TakeViewProps {
  readonly id: string
  readonly draft: Draft
}

export function TakeView({ id, draft }: TakeViewProps) {
  const { job, progress, away, failure, replace } = useJob(id)
  if (failure !== null) {
    return (
      <div class="take">
        <h1>{say('Take not found')}</h1>
        <Notice failure={failure} />
        <p>
          <a href="#/takes">{say('All takes')}</a>
        </p>
      </div>
    )
  }
  if (job === null)
    return <p class="loading">{away ? say('The hub does not answer …') : say('Loading …')}</p>
  const now = progressOf(job, progress)
  // The events are newer than the job as it was read.
  const status = now?.phase ?? job.status
  return (
    <article class="take" data-take={hasEnded(job) ? job.id : undefined} data-title={titleOf(job)}>
      <header class="take-head">
        <TakeName job={job} onChanged={replace} />
        <p class="muted">
          <span class={`badge is-${status}`} role="status">
            {say(STATUS_WORDS[status])}
          </span>
          <time dateTime={job.created_at}>{sayTime(job.created_at, Date.now())}</time>
        </p>
      </header>
      {now === null ? (
        <EndedTake job={job} draft={draft} />
      ) : (
        <ProgressPanel job={job} progress={now} away={away} onChanged={replace} />
      )}
    </article>
  )
}

function EndedTake({ job, draft }: { readonly job: JobResource; readonly draft: Draft }) {
  const player = useRef<HTMLVideoElement>(null)
  const engines = useEngines(useHub())
  const isPreview = engines.some((one) => one.name === job.output?.engine && one.only_previews)
  return (
    <div class="take-body">
      <div class="take-main">
        {job.output !== null && <Player job={job} player={player} />}
        {job.output !== null && <RetakeBar job={job} player={player} />}
        {job.output === null && <InputPicture job={job} />}
        {job.error !== null && <Notice failure={failureOfJob(job.error)} />}
        {job.status === 'canceled' && (
          <p class="empty">{say('This take was canceled before it finished.')}</p>
        )}
        <TakeActions job={job} draft={draft} />
        {isPreview && <StandIn />}
        <Deliveries job={job} />
        {(job.output?.warnings ?? []).map((warning) => (
          <p key={warning} class="muted small" lang="en">
            {warning}
          </p>
        ))}
      </div>
      <TakeDetails job={job} />
    </div>
  )
}

/** The picture to animate: it tells apart takes that have no video. */
function InputPicture({ job }: { readonly job: JobResource }) {
  const picture = useInputPicture(job)
  return picture === null ? null : (
    <img class="input-picture" src={picture} alt={say('What was to be animated')} />
  )
}
