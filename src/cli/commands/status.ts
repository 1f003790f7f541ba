// `infinitetalk status`: the state of a job.
import { TASK_OPTIONS, usesBeam } from '../beam-options.ts'
import { showTask } from '../beam-tasks.ts'
import type { CommandDefinition } from '../command.ts'
import { withHub } from '../connect-hub.ts'
import { printJob } from '../job-reports.ts'

export const command: CommandDefinition<typeof TASK_OPTIONS> = {
  description:
    'Shows the state, the progress and the result of a job of a hub. With --beam, of a task on Beam.',
  argument: 'ID',
  options: TASK_OPTIONS,
  examples: ['infinitetalk status job_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11'],
  run: (invocation) =>
    usesBeam(invocation)
      ? showTask(invocation)
      : withHub(invocation, async (client) => {
          const { argument, terminal, signal } = invocation
          printJob(terminal, await client.jobs.get(argument, { signal }))
        }),
}
