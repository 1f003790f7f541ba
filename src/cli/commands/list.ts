// `infinitetalk list`: the jobs of a hub, newest first.
import type { JobResource } from '@infinitetalk/client'
import { JOB_LIST_MAX, JOB_STATUSES } from '@infinitetalk/contract/plain'
import type { CommandDefinition, Invocation, OptionDefinitions } from '../command.ts'
import { HUB_OPTIONS, withHub } from '../connect-hub.ts'
import { choice, WHOLE } from '../option-kinds.ts'
import { shownTime } from '../shown-time.ts'
import { printJson, printLine } from '../terminal.ts'

const DEFAULT_LIMIT = 20

const OPTIONS = {
  ...HUB_OPTIONS,
  status: { value: 'STATUS', kind: choice(JOB_STATUSES), help: `Only ${JOB_STATUSES.join(', ')}.` },
  limit: { value: 'N', kind: WHOLE, help: `At most this many (default ${DEFAULT_LIMIT}).` },
} satisfies OptionDefinitions

export const command: CommandDefinition<typeof OPTIONS> = {
  description: 'Lists the jobs of a hub, newest first.',
  options: OPTIONS,
  examples: ['infinitetalk list', 'infinitetalk list --status failed --limit 100 --json'],
  run: runList,
}

async function runList(invocation: Invocation<typeof OPTIONS>): Promise<void> {
  const { options, terminal, signal } = invocation
  const { status, limit = DEFAULT_LIMIT } = options
  await withHub(invocation, async (client) => {
    let left = limit
    if (left === 0) return
    const pages = client.jobs.listAll({ status, limit: Math.min(limit, JOB_LIST_MAX), signal })
    for await (const job of pages) {
      printJson(terminal, { event: 'job', ...job })
      printLine(terminal, row(job))
      left--
      if (left === 0) return
    }
    if (left === limit) printLine(terminal, 'There are no jobs.')
  })
}

function row(job: JobResource): string {
  const how = job.status === 'running' ? `${Math.floor(job.progress * 100)}%` : ''
  const when = shownTime(job.created_at)
  const row = `${job.id}  ${when}  ${job.status.padEnd(9)}  ${how}`.trimEnd()
  return job.error === null ? row : `${row}\n   ${job.error.code}`
}
