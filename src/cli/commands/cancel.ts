// `infinitetalk cancel`: stops a job, and says whether it is stopped or being stopped.
import { BEAM_OPTION, usesBeam } from '../beam-options.ts'
import { cancelTask } from '../beam-tasks.ts'
import type { CommandDefinition } from '../command.ts'
import { HUB_OPTIONS, withHub } from '../connect-hub.ts'
import { printJob } from '../job-reports.ts'

export const cancelCommand: CommandDefinition = {
  description:
    'Cancels a job of a hub. One that waits is canceled at once; one that runs is stopped, which takes a ' +
    'moment. With --beam it is a task on Beam, and the command returns when it has ended there.',
  positionals: ['ID'],
  options: [...HUB_OPTIONS, BEAM_OPTION],
  examples: ['infinitetalk cancel job_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11'],
  run: (invocation) =>
    usesBeam(invocation)
      ? cancelTask(invocation)
      : withHub(invocation, async (client) => {
          const { arguments: given, terminal, signal } = invocation
          printJob(terminal, await client.jobs.cancel(given.positionals[0] ?? '', { signal }))
        }),
}
