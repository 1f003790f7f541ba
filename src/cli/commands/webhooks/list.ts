// `infinitetalk webhooks list`: the events that a hub sent or has yet to send.
import type { DeliveryResource, InfiniteTalkClient } from '@infinitetalk/client'
import { DELIVERY_STATUSES, JOB_LIST_MAX } from '@infinitetalk/contract/plain'
import type { CommandDefinition, Invocation, OptionDefinitions } from '../../command.ts'
import { HUB_OPTIONS, withHub } from '../../connect-hub.ts'
import { choice, WHOLE } from '../../option-kinds.ts'
import { shownTime } from '../../shown-time.ts'
import { printHanging, printJson, printLine } from '../../terminal.ts'

const DEFAULT_LIMIT = 20

const OPTIONS = {
  ...HUB_OPTIONS,
  job: { value: 'ID', help: 'Only the deliveries of this job.' },
  status: {
    value: 'STATUS',
    kind: choice(DELIVERY_STATUSES),
    help: `Only ${DELIVERY_STATUSES.join(', ')}.`,
  },
  limit: { value: 'N', kind: WHOLE, help: `At most this many (default ${DEFAULT_LIMIT}).` },
} satisfies OptionDefinitions

export const command: CommandDefinition<typeof OPTIONS> = {
  description: 'Lists the deliveries of webhooks, newest first. The hub keeps them for 14 days.',
  options: OPTIONS,
  examples: [
    'infinitetalk webhooks list --status failed',
    'infinitetalk webhooks list --job job_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11 --json',
  ],
  run: (invocation) => withHub(invocation, (client) => runList(invocation, client)),
}

async function runList(
  { options, terminal, signal }: Invocation<typeof OPTIONS>,
  client: InfiniteTalkClient,
): Promise<void> {
  const { job, status, limit = DEFAULT_LIMIT } = options
  let shown = 0
  const show = (delivery: DeliveryResource): void => {
    if (shown === limit || (status !== undefined && delivery.status !== status)) return
    shown += 1
    printJson(terminal, { event: 'delivery', delivery })
    printLine(terminal, head(delivery))
    printHanging(terminal, '   ', fate(delivery))
  }
  if (job !== undefined) {
    for (const delivery of (await client.webhooks.ofJob(job, { signal })).data) show(delivery)
  }
  let cursor: string | undefined
  do {
    if (job !== undefined || shown === limit) break
    const page = { status, limit: Math.min(limit, JOB_LIST_MAX), cursor, signal }
    const { data, next_cursor: next } = await client.webhooks.list(page)
    for (const delivery of data) show(delivery)
    cursor = next ?? undefined
  } while (cursor !== undefined)
  if (shown === 0) printLine(terminal, 'There are no deliveries.')
}

function head({ id, created_at: at, status }: DeliveryResource): string {
  return `${id}  ${shownTime(at)}  ${status}`
}

function fate({ event, attempts, url, next_attempt_at: next }: DeliveryResource): string {
  const last = attempts.at(-1)
  const how = last === undefined ? 'no attempt yet' : (last.error ?? `status ${last.status}`)
  return `${event} to ${url}: ${how}${next === null ? '' : `; next attempt at ${shownTime(next)}`}`
}
