// The webhooks of a take: what became of each, and a button that sends it again.

import type { DeliveryResource, JobResource } from '@infinitetalk/contract'
import { useEffect, useRef, useState } from 'preact/hooks'
import { type Failure, failureOf } from '../hub/failure.ts'
import { useHub } from '../hub/hub-context.ts'
import { useAnswer } from '../hub/use-answer.ts'
import { say, type Words } from '../language/say.ts'
import { Notice } from '../ui/notice.tsx'

const EVERY_MS = 5000

const WORDS: Readonly<Record<DeliveryResource['status'], Words>> = {
  pending: 'will be sent',
  delivered: 'delivered',
  failed: 'not delivered',
  disabled: 'refused for good by its receiver',
}

export function Deliveries({ job }: { readonly job: JobResource }) {
  const hub = useHub()
  const key = job.input.webhook === null ? null : `deliveries/${job.id}`
  const { data } = useAnswer(
    hub,
    key,
    async (signal) => (await hub.client.webhooks.ofJob(job.id, { signal })).data,
    EVERY_MS,
  )
  if (data === null || data.length === 0) return null
  return (
    <ul class="deliveries small" aria-label={say('Webhooks')}>
      {data.map((delivery) => (
        <Delivery key={delivery.id} delivery={delivery} />
      ))}
    </ul>
  )
}

function Delivery({ delivery }: { readonly delivery: DeliveryResource }) {
  const { client } = useHub()
  const [sending, setSending] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const stop = useRef(new AbortController())
  useEffect(() => {
    stop.current = new AbortController()
    return () => stop.current.abort()
  }, [])
  const { signal } = stop.current
  const send = async (): Promise<void> => {
    setSending(true)
    setFailure(null)
    try {
      await client.webhooks.redeliver(delivery.id, { signal })
    } catch (error) {
      if (!signal.aborted) setFailure(failureOf(error))
    } finally {
      setSending(false)
    }
  }
  const last = delivery.attempts.at(-1)
  const answer = last === undefined ? '' : ` (${last.status ?? last.error})`
  return (
    <li>
      <span>
        {say('Webhook {event} to {url}: {status}', {
          event: delivery.event,
          url: delivery.url,
          status: say(WORDS[delivery.status]),
        })}
        {answer}
      </span>
      <button
        type="button"
        class="quiet"
        onClick={() => void send()}
        disabled={sending || delivery.status === 'pending'}
      >
        {say('Send again')}
      </button>
      {failure !== null && <Notice failure={failure} />}
    </li>
  )
}
