// All takes, newest first.
import { hasEnded } from '@infinitetalk/client'
import type { JobResource } from '@infinitetalk/contract'
import { useState } from 'preact/hooks'
import { hrefOf } from '../routes.ts'
import { Notice } from '../ui/notice.tsx'
import { Poster } from './poster.tsx'
import { readStill } from './stills.ts'
import { useTakes } from './use-takes.ts'
import { STATUS_WORDS, sayBytes, sayDuration, sayTime, titleOf } from './words.ts'

export function TakesView() {
  const { takes, more, failure, loadMore } = useTakes()
  const [chosen, setChosen] = useState<readonly string[]>([])
  const choose = (id: string): void =>
    setChosen(
      chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id].slice(-2),
    )
  const [left, right] = chosen
  const stored = takes?.reduce((sum, { output }) => sum + (output?.video.bytes ?? 0), 0) ?? 0
  return (
    <div class="takes">
      <header class="takes-head">
        <h1>Takes</h1>
        {takes !== null && takes.length > 0 && (
          <p class="muted">
            {takes.length} {takes.length === 1 ? 'take' : 'takes'}
            {more ? ' shown' : ''}, {sayBytes(stored)} of video
          </p>
        )}
      </header>
      {failure !== null && <Notice failure={failure} />}
      {takes === null && failure === null && <TakesSkeleton />}
      {takes?.length === 0 && (
        <div class="empty card">
          <p>
            <strong>No takes yet.</strong>
          </p>
          <p class="muted">What you make is kept here, for as long as the hub keeps it.</p>
          <a class="button primary" href="#/">
            Make the first one
          </a>
        </div>
      )}
      {takes !== null && takes.length > 0 && (
        <ul class="take-grid">
          {takes.map((job) => (
            <li key={job.id}>
              <TakeCard job={job} />
              {job.output !== null && (
                <label class="choose">
                  <input
                    type="checkbox"
                    checked={chosen.includes(job.id)}
                    onChange={() => choose(job.id)}
                  />
                  Compare
                </label>
              )}
            </li>
          ))}
        </ul>
      )}
      {left !== undefined && (
        <div class="compare-offer card" role="status">
          {right === undefined ? (
            <span>Choose another take to compare it with.</span>
          ) : (
            <a class="button primary" href={hrefOf({ view: 'compare', left, right })}>
              Compare the two
            </a>
          )}
          <button type="button" class="quiet" onClick={() => setChosen([])}>
            Cancel
          </button>
        </div>
      )}
      {more && (
        <button type="button" class="more" onClick={loadMore}>
          Show older takes
        </button>
      )}
    </div>
  )
}

function TakeCard({ job }: { readonly job: JobResource }) {
  const still = job.output === null ? readStill(job.id) : null
  return (
    <a class="take-card" href={hrefOf({ view: 'take', id: job.id })}>
      <div class="take-picture">
        {job.output !== null && <Poster jobId={job.id} />}
        {still !== null && <img class="poster is-dim" src={still} alt="" />}
        {job.output !== null && (
          <span class="length">{sayDuration(job.output.video.duration_s)}</span>
        )}
        {job.status !== 'succeeded' && (
          <span class={`badge is-${job.status}`}>{STATUS_WORDS[job.status]}</span>
        )}
        {!hasEnded(job) && <progress max={1} value={job.progress} aria-label="Progress" />}
      </div>
      <p class="take-title">{titleOf(job)}</p>
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

function TakesSkeleton() {
  return (
    <ul class="take-grid" aria-busy="true" aria-label="Loading">
      {[0, 1, 2, 3].map((place) => (
        <li key={place} class="take-card">
          <div class="take-picture is-loading" />
        </li>
      ))}
    </ul>
  )
}
