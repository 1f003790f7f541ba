// `infinitetalk cancel`: cancels a job, and reports whether it has stopped or is stopping.
import { TASK_OPTIONS, usesBeam } from '../beam-options.ts'
import { cancelTask } from '../beam-tasks.ts'
import type { CommandDefinition } from '../command.ts'
import { withHub } from '../connect-hub.ts'
import { printJob } from '../job-reports.ts'

export const command: CommandDefinition<typeof TASK_OPTIONS> = {
  description:
    'Cancels a job of a hub. A queued job is canceled at once; a running job takes a moment to stop. With --beam it ' +
    'cancels a task on Beam and returns when the task has ended.',
  argument: 'ID',
  options: TASK_OPTIONS,
  examples: ['infinitetalk cancel job_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11'],
  run: (invocation) =>
    usesBeam(invocation)
      ? cancelTask(invocation)
      : withHub(invocation, async (client) => {
          const { argument, terminal, signal } = invocation
          printJob(terminal, await client.jobs.cancel(argument, { signal }))
        }),
}
