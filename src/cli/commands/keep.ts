// `infinitetalk keep`: keeps a finished job and its files beyond the retention time, or no longer.
import type { CommandDefinition, OptionDefinitions } from '../command.ts'
import { HUB_OPTIONS, withHub } from '../connect-hub.ts'
import { printJob } from '../job-reports.ts'

const OPTIONS = {
  ...HUB_OPTIONS,
  off: { help: 'Keep it no longer: the retention time begins now.' },
} satisfies OptionDefinitions

export const command: CommandDefinition<typeof OPTIONS> = {
  description:
    'Keeps a finished job and its files until they are deleted. Without it a hub deletes them after its retention time (a day by ' +
    'default). "submit --keep" asks for it beforehand.',
  argument: 'ID',
  options: OPTIONS,
  examples: ['infinitetalk keep job_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11'],
  run: (invocation) =>
    withHub(invocation, async (client) => {
      const { argument, options, terminal, signal } = invocation
      printJob(terminal, await client.jobs.keep(argument, !options.off, { signal }))
    }),
}
