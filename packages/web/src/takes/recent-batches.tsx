// The newest batches, as links above the takes.

import { useHub } from '../hub/hub-context.ts'
import { useAnswer } from '../hub/use-answer.ts'
import { say } from '../language/say.ts'
import { hrefOf } from '../routes.ts'

const SHOWN = 3
const EVERY_MS = 10_000

export function RecentBatches() {
  const hub = useHub()
  const ask = (signal: AbortSignal) => hub.client.batches.list({ limit: SHOWN, signal })
  const { data } = useAnswer(hub, 'batches', ask, EVERY_MS)
  if (data === null || data.data.length === 0) return null
  return (
    <nav class="recent-batches" aria-label={say('Batches')}>
      {data.data.map(({ id, name, counts }) => (
        <a key={id} class="button" href={hrefOf({ view: 'batch', id })}>
          <span class="file-name" dir="auto">
            {name ?? say('Batch')}
          </span>
          <span class="muted nowrap">
            {say('{part} of {whole}', { part: counts.succeeded, whole: counts.total })}
          </span>
        </a>
      ))}
    </nav>
  )
}
