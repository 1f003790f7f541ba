// The running and the waiting jobs, in the order of the queue.

import type { JobResource } from '@infinitetalk/contract'
import { say } from '../language/say.ts'
import { hrefOf } from '../routes.ts'
import { WaitingReason } from '../takes/waiting-reason.tsx'
import { sayLeft, titleOf } from '../takes/words.ts'

interface QueueCardProps {
  readonly running: readonly JobResource[]
  readonly queued: readonly JobResource[]
}

const SHOWN = 8
/** The hub was asked for this many. */
const PAGE = 100

export function QueueCard({ running, queued }: QueueCardProps) {
  const waiting = queued.toSorted((a, b) => placeOf(a) - placeOf(b))
  const shown = [...running, ...waiting].slice(0, SHOWN)
  const hidden = running.length + queued.length - shown.length
  return (
    <section class="card" aria-labelledby="queue-title">
      <h2 id="queue-title">{say('Queue')}</h2>
      <dl class="figures">
        <div>
          <dt>{say('Rendering')}</dt>
          <dd>{running.length}</dd>
        </div>
        <div>
          <dt>{say('Waiting')}</dt>
          <dd>{queued.length === PAGE ? `${PAGE}+` : queued.length}</dd>
        </div>
      </dl>
      {shown.length > 0 && (
        <ol class="queue">
          {shown.map((job) => (
            <li key={job.id}>
              <a class="file-name" dir="auto" href={hrefOf({ view: 'take', id: job.id })}>
                {titleOf(job)}
              </a>
              <span class="small muted nowrap">{sayPlace(job)}</span>
              <WaitingReason job={job} />
            </li>
          ))}
        </ol>
      )}
      {hidden > 0 && <p class="small muted">{say('and {count} more', { count: hidden })}</p>}
    </section>
  )
}

/** Those beyond the counted places wait longest. */
function placeOf({ queue_position }: JobResource): number {
  return queue_position ?? Number.POSITIVE_INFINITY
}

function sayPlace({ status, progress, queue_position, eta_s }: JobResource): string {
  const place =
    status === 'running'
      ? `${Math.floor(progress * 100)} %`
      : queue_position === null
        ? say('Waiting')
        : say('Place {number}', { number: queue_position })
  return eta_s === null ? place : `${place}, ${sayLeft(eta_s)}`
}
