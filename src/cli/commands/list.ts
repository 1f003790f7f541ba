// `infinitetalk list`: the jobs of a hub, newest first.
import type { JobResource } from '@infinitetalk/client'
import { JOB_LIST_MAX, JOB_STATUSES, type JobStatus } from '@infinitetalk/contract/plain'
import { AppError } from '../../domain/errors.ts'
import type { CommandDefinition, Invocation, ParsedArguments } from '../command.ts'
import { HUB_OPTIONS, withHub } from '../connect-hub.ts'
import { wholeNumber } from '../request-options.ts'
import { printJson, printLine } from '../terminal.ts'

const DEFAULT_LIMIT = 20

export const listCommand: CommandDefinition = {
  description: 'Lists the jobs of a hub, newest first.',
  positionals: [],
  options: [
    ...HUB_OPTIONS,
    { name: 'status', value: 'STATUS', help: `Only ${JOB_STATUSES.join(', ')}.` },
    { name: 'limit', value: 'N', help: `At most this many (default ${DEFAULT_LIMIT}).` },
  ],
  examples: ['infinitetalk list', 'infinitetalk list --status failed --limit 100 --json'],
  run: runList,
}

async function runList(invocation: Invocation): Promise<void> {
  const { arguments: given, terminal, signal } = invocation
  const status = statusOf(given)
  const limit = wholeNumber(given, 'limit') ?? DEFAULT_LIMIT
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
  const how =
    job.status === 'running' ? `${Math.floor(job.progress * 100)}%` : (job.error?.code ?? '')
  const when = job.created_at.slice(0, 19).replace('T', ' ')
  return `${job.id}  ${when}  ${job.status.padEnd(9)}  ${how}`.trimEnd()
}

function statusOf(given: ParsedArguments): JobStatus | undefined {
  const text = given.text('status')
  const status = JOB_STATUSES.find((known) => known === text)
  if (text !== undefined && status === undefined) {
    throw new AppError('usage', `--status is one of ${JOB_STATUSES.join(', ')}, not "${text}".`)
  }
  return status
}
