// `infinitetalk wait`: follows a job to its end. Exit code 1 when it failed or was canceled.
import { type InfiniteTalkClient, JobFailedError } from '@infinitetalk/client'
import { BEAM_OPTION, usesBeam } from '../beam-options.ts'
import { waitForTask } from '../beam-tasks.ts'
import type { CommandDefinition, Invocation } from '../command.ts'
import { HUB_OPTIONS, withHub } from '../connect-hub.ts'
import { followJob } from '../follow-job.ts'
import { printJob } from '../job-reports.ts'
import { printLine } from '../terminal.ts'

export const waitCommand: CommandDefinition = {
  description:
    'Follows a job of a hub to its end and shows how far it is. Ctrl-C ends the waiting; the job goes on. "infinitetalk ' +
    'fetch" then brings the video. With --beam it follows a task on Beam, whoever began it.',
  positionals: ['ID'],
  options: [...HUB_OPTIONS, BEAM_OPTION],
  examples: [
    'infinitetalk wait job_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11',
    'infinitetalk wait --beam 5f0c3b52-9d0e-4a77-8a0e-2f3f5c7d9e11',
  ],
  run: (invocation) =>
    usesBeam(invocation)
      ? waitForTask(invocation)
      : withHub(invocation, (client) => runWait(invocation, client)),
}

async function runWait(invocation: Invocation, client: InfiniteTalkClient): Promise<void> {
  const { arguments: given, terminal } = invocation
  const job = await followJob(invocation, client, given.positionals[0] ?? '')
  if (job.output === null) throw new JobFailedError(job)
  printJob(terminal, job)
  printLine(terminal, `   infinitetalk fetch ${job.id}`)
}
