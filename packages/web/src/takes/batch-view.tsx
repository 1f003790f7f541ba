// A batch: the progress of the whole, its takes, all videos in one archive. A few of them are shown side by side.

import type { BatchResource } from '@infinitetalk/contract'
import { useHub } from '../hub/hub-context.ts'
import { useAttempt } from '../hub/use-attempt.ts'
import { say, sayCount, type Words } from '../language/say.ts'
import { ALL_TAKES, changeTo, hrefOf, MAX_COMPARED } from '../routes.ts'
import { DownloadIcon, PictureIcon, StopIcon } from '../ui/icons.tsx'
import { Notice } from '../ui/notice.tsx'
import { DeleteButton } from './delete-button.tsx'
import { Poster } from './poster.tsx'
import { SideBySide } from './side-by-side.tsx'
import { useBatch } from './use-batch.ts'
import { STATUS_WORDS, sayLeft } from './words.ts'

export function BatchView({ id }: { readonly id: string }) {
  const { batch, failure, replace } = useBatch(id)
  if (batch === null) {
    return failure === null ? (
      <p class="loading">{say('Loading …')}</p>
    ) : (
      <Notice failure={failure} />
    )
  }
  const { items } = batch
  const isSmall = items.length >= 2 && items.length <= MAX_COMPARED
  return (
    <article class="batch">
      <header class="take-head">
        <h1 class="take-name" dir="auto">
          {batch.name ?? sayCount(items.length, '{n} take', '{n} takes')}
        </h1>
        <p class="muted" role="status">
          {sayCounts(batch)}
        </p>
      </header>
      <Whole batch={batch} onChanged={replace} />
      {isSmall ? (
        <SideBySide ids={items.map(({ job_id }) => job_id)} />
      ) : (
        <ul class="take-grid">
          {items.map((item) => (
            <li key={item.number}>
              <Item item={item} />
            </li>
          ))}
        </ul>
      )}
    </article>
  )
}

function Whole({
  batch,
  onChanged,
}: {
  readonly batch: BatchResource
  readonly onChanged: (batch: BatchResource) => void
}) {
  const { client, localUrl } = useHub()
  const { busy, failure, attempt } = useAttempt()
  const isStopping = busy || batch.cancel_requested_at !== null
  const cancel = async (): Promise<void> => onChanged(await client.batches.cancel(batch.id))
  const remove = async (): Promise<void> => {
    await client.batches.delete(batch.id)
    changeTo(ALL_TAKES)
  }
  const percent = Math.floor(batch.progress * 100)
  return (
    <div class="batch-whole">
      {batch.status === 'ended' ? (
        <div class="actions">
          {batch.counts.succeeded > 0 && (
            <a class="button primary" href={localUrl(batch.urls.archive)} download>
              <DownloadIcon />
              {say('Download all')}
            </a>
          )}
          <DeleteButton disabled={busy} onDelete={() => void attempt(remove)} />
        </div>
      ) : (
        <>
          <progress max={100} value={percent} aria-label={say('Progress of all takes')} />
          <div class="actions">
            <button
              type="button"
              aria-disabled={isStopping}
              onClick={() => !isStopping && void attempt(cancel)}
            >
              <StopIcon />
              {isStopping ? say('Stopping') : say('Cancel all')}
            </button>
            <span class="muted">
              {percent} %{batch.eta_s !== null && `, ${sayLeft(batch.eta_s)}`}
            </span>
          </div>
        </>
      )}
      {failure !== null && <Notice failure={failure} />}
    </div>
  )
}

function Item({ item }: { readonly item: BatchResource['items'][number] }) {
  const { job_id, status, progress, error, name, number } = item
  return (
    <a class="take-card" href={hrefOf({ view: 'take', id: job_id })}>
      <div class="take-picture">
        {status === 'succeeded' ? (
          <Poster jobId={job_id} />
        ) : (
          <div class="poster">
            <PictureIcon />
          </div>
        )}
        {status !== 'succeeded' && (
          <span class={`badge is-${status}`}>{say(ITEM_WORDS[status])}</span>
        )}
        {status === 'running' && (
          <progress max={100} value={Math.floor(progress * 100)} aria-hidden="true" tabIndex={-1} />
        )}
      </div>
      <p class="take-title" dir="auto">
        {name ?? say('Take {number}', { number })}
      </p>
      {error !== null && (
        <p class="small muted" lang="en">
          {error.message}
        </p>
      )}
    </a>
  )
}

const ITEM_WORDS = { ...STATUS_WORDS, deleted: 'Deleted' } as const satisfies Record<string, Words>

function sayCounts({ counts, status }: BatchResource): string {
  const { total, succeeded, failed, canceled, deleted } = counts
  const parts = [
    say('{count} of {total} ready', { count: succeeded, total }),
    failed > 0 ? say('{count} failed', { count: failed }) : null,
    canceled > 0 ? say('{count} canceled', { count: canceled }) : null,
    deleted > 0 ? say('{count} deleted', { count: deleted }) : null,
  ]
  const said = parts.filter((part) => part !== null).join(', ')
  return status === 'ended' && succeeded === total
    ? say('All {count} ready', { count: total })
    : said
}
