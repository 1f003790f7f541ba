// The state of the hub: whether it is ready, what is queued, and the recent errors.

import type { JobResource, StorageResource } from '@infinitetalk/contract'
import { useHub } from '../hub/hub-context.ts'
import { type Answer, useAnswer } from '../hub/use-answer.ts'
import { useBackends, useEngines } from '../hub/use-engines.ts'
import { say } from '../language/say.ts'
import { hrefOf } from '../routes.ts'
import { sayTime } from '../takes/words.ts'
import { Notice } from '../ui/notice.tsx'
import { BackendsCard } from './backends-card.tsx'
import { EnginesCard } from './engines-card.tsx'
import { GpuCard } from './gpu-card.tsx'
import { ModelsCard } from './models-card.tsx'
import { QueueCard } from './queue-card.tsx'
import { type ReadinessResource, readReadiness } from './readiness.ts'
import { StorageCard } from './storage-card.tsx'

interface Status {
  readonly readiness: ReadinessResource
  readonly storage: StorageResource
  readonly queued: readonly JobResource[]
  readonly running: readonly JobResource[]
  readonly failed: readonly JobResource[]
}

const EVERY_MS = 5000
const SHOWN_ERRORS = 5

export function StatusView() {
  const { data: status, failure } = useStatus()
  return (
    <div class="status">
      <h1>{say('Status')}</h1>
      {failure !== null && <Notice failure={failure} />}
      {status === null && failure === null && <p class="loading">{say('Loading …')}</p>}
      {status !== null && <StatusCards {...status} />}
    </div>
  )
}

function StatusCards(status: Status) {
  const { readiness, storage, queued, running, failed } = status
  const hub = useHub()
  const engines = useEngines(hub)
  const backends = useBackends(hub)
  return (
    <div class="status-grid">
      <EnginesCard engines={engines} />
      <QueueCard running={running} queued={queued} />
      <StorageCard storage={storage} readiness={readiness} />
      <BackendsCard backends={backends} />
      {engines.every(({ ready, only_previews }) => !ready || only_previews) && <GpuCard />}
      <ModelsCard />
      <section class="card wide">
        <h2>{say('Recent errors')}</h2>
        {failed.length === 0 ? (
          <p class="muted">{say('None.')}</p>
        ) : (
          <ul class="errors">
            {failed.map((job) => (
              <li key={job.id}>
                <p>
                  <code>{job.error?.code}</code>{' '}
                  <a lang="en" href={hrefOf({ view: 'take', id: job.id })}>
                    {job.error?.message}
                  </a>
                </p>
                <p class="small muted">
                  {sayTime(job.created_at, Date.now())}. <span lang="en">{job.error?.hint}</span>
                </p>
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  )
}

function useStatus(): Answer<Status> {
  const hub = useHub()
  const { jobs } = hub.client
  const ask = async (signal: AbortSignal): Promise<Status> => {
    const [readiness, storage, queued, running, failed] = await Promise.all([
      readReadiness(hub, signal),
      hub.client.storage({ signal }),
      jobs.list({ status: 'queued', limit: 100, signal }),
      jobs.list({ status: 'running', limit: 100, signal }),
      jobs.list({ status: 'failed', limit: SHOWN_ERRORS, signal }),
    ])
    return {
      readiness,
      storage,
      queued: queued.data,
      running: running.data,
      failed: failed.data,
    }
  }
  return useAnswer(hub, 'status', ask, EVERY_MS)
}
