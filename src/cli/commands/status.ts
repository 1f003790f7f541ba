// `infinitetalk status`: where a job is now.
import { BEAM_OPTION, usesBeam } from '../beam-options.ts'
import { showTask } from '../beam-tasks.ts'
import type { CommandDefinition } from '../command.ts'
import { HUB_OPTIONS, withHub } from '../connect-hub.ts'
import { printJob } from '../job-reports.ts'

export const statusCommand: CommandDefinition = {
  description:
    'Shows a job of a hub: its state, how far it is, and how it ended. With --beam, a task on Beam.',
  positionals: ['ID'],
  options: [...HUB_OPTIONS, BEAM_OPTION],
  examples: ['infinitetalk status job_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11'],
  run: (invocation) =>
    usesBeam(invocation)
      ? showTask(invocation)
      : withHub(invocation, async (client) => {
          const { arguments: given, terminal, signal } = invocation
          printJob(terminal, await client.jobs.get(given.positionals[0] ?? '', { signal }))
        }),
}
