// How the hub is: whether it can work, what waits, what went wrong lately.

import type { JobResource } from '@infinitetalk/contract'
import { useEffect, useState } from 'preact/hooks'
import { type Failure, failureOf } from '../hub/failure.ts'
import { useHub } from '../hub/hub-context.ts'
import { pause } from '../hub/pause.ts'
import { hrefOf } from '../routes.ts'
import { sayBytes, sayTime } from '../takes/words.ts'
import { Notice } from '../ui/notice.tsx'
import { type ReadinessResource, readReadiness } from './readiness.ts'

interface Status {
  readonly readiness: ReadinessResource
  readonly queued: readonly JobResource[]
  readonly running: readonly JobResource[]
  readonly failed: readonly JobResource[]
}

const EVERY_MS = 5000
const SHOWN_ERRORS = 5

export function StatusView() {
  const { status, failure } = useStatus()
  return (
    <div class="status">
      <h1>Status</h1>
      {failure !== null && <Notice failure={failure} />}
      {status === null && failure === null && <p class="loading">Loading …</p>}
      {status !== null && <StatusCards {...status} />}
    </div>
  )
}

function StatusCards({ readiness, queued, running, failed }: Status) {
  const { engines, store, disk } = readiness
  return (
    <div class="status-grid">
      <section class="card">
        <h2>Engines</h2>
        <ul class="checks">
          {engines.map(({ name, ready, detail }) => (
            <Check key={name} name={name} ready={ready} detail={detail ?? 'Ready'} />
          ))}
        </ul>
      </section>
      <section class="card">
        <h2>Queue</h2>
        <dl class="figures">
          <div>
            <dt>Rendering</dt>
            <dd>{running.length}</dd>
          </div>
          <div>
            <dt>Waiting</dt>
            <dd>{queued.length === 100 ? '100+' : queued.length}</dd>
          </div>
        </dl>
      </section>
      <section class="card">
        <h2>Storage</h2>
        <ul class="checks">
          <Check name="Database" ready={store.ready} detail={store.detail ?? 'Ready'} />
          <Check
            name="Disk"
            ready={disk.ready}
            detail={`${sayBytes(disk.free_bytes)} free; ${sayBytes(disk.reserve_bytes)} are kept free`}
          />
        </ul>
      </section>
      <section class="card wide">
        <h2>Recent errors</h2>
        {failed.length === 0 ? (
          <p class="muted">None.</p>
        ) : (
          <ul class="errors">
            {failed.map((job) => (
              <li key={job.id}>
                <p>
                  <code>{job.error?.code}</code>{' '}
                  <a href={hrefOf({ view: 'take', id: job.id })}>{job.error?.message}</a>
                </p>
                <p class="small muted">
                  {sayTime(job.created_at, Date.now())}. {job.error?.hint}
                </p>
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  )
}

interface CheckProps {
  readonly name: string
  readonly ready: boolean
  readonly detail: string
}

function Check({ name, ready, detail }: CheckProps) {
  return (
    <li>
      <span class={`dot ${ready ? 'is-good' : 'is-bad'}`} aria-hidden="true" />
      <strong>{name}</strong>
      <span class="muted">{detail}</span>
    </li>
  )
}

function useStatus(): { readonly status: Status | null; readonly failure: Failure | null } {
  const hub = useHub()
  const [status, setStatus] = useState<Status | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  useEffect(() => {
    const stop = new AbortController()
    const { signal } = stop
    const { jobs } = hub.client
    const watch = async (): Promise<void> => {
      while (!signal.aborted) {
        try {
          const [readiness, queued, running, failed] = await Promise.all([
            readReadiness(hub, signal),
            jobs.list({ status: 'queued', limit: 100, signal }),
            jobs.list({ status: 'running', limit: 100, signal }),
            jobs.list({ status: 'failed', limit: SHOWN_ERRORS, signal }),
          ])
          setStatus({ readiness, queued: queued.data, running: running.data, failed: failed.data })
          setFailure(null)
        } catch (error) {
          if (signal.aborted) return
          setFailure(failureOf(error))
        }
        await pause(EVERY_MS, signal)
      }
    }
    watch().catch(() => {})
    return () => stop.abort()
  }, [hub])
  return { status, failure }
}
