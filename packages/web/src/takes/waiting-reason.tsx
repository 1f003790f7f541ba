// Why no worker takes a waiting job now, in the words of the hub, asked for again while it waits.
import type { JobResource } from '@infinitetalk/contract'
import { useHub } from '../hub/hub-context.ts'
import { useAnswer } from '../hub/use-answer.ts'

const EVERY_MS = 5000

/** For a view that follows its job by events, which do not tell it. */
export function FollowedWaitingReason({ job }: { readonly job: JobResource }) {
  const { client } = useHub()
  const { data } = useAnswer(
    useHub(),
    `waiting ${job.id}`,
    (signal) => client.jobs.get(job.id, { signal }),
    EVERY_MS,
  )
  return (
    <div role="status">
      <WaitingReason job={data ?? job} />
    </div>
  )
}

/** Nothing for a job that will be taken. */
export function WaitingReason({ job }: { readonly job: Pick<JobResource, 'waiting_reason'> }) {
  const { waiting_reason = null } = job
  return waiting_reason === null ? null : (
    <p class="small muted" lang="en">
      {waiting_reason}
    </p>
  )
}
