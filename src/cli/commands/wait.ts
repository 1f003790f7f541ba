// `infinitetalk wait`: follows a job to its end. Exit code 1 when it failed or was canceled.
import { type InfiniteTalkClient, JobFailedError } from '@infinitetalk/client'
import { TASK_OPTIONS, usesBeam } from '../beam-options.ts'
import { waitForTask } from '../beam-tasks.ts'
import type { CommandDefinition, Invocation } from '../command.ts'
import { withHub } from '../connect-hub.ts'
import { followJob } from '../follow-job.ts'
import { printJob } from '../job-reports.ts'
import { showStream, WATCH_OPTION } from '../show-stream.ts'
import { printLine } from '../terminal.ts'

const OPTIONS = { ...TASK_OPTIONS, watch: WATCH_OPTION }

export const command: CommandDefinition<typeof OPTIONS> = {
  description:
    'Follows a job of a hub to its end and shows its progress. Ctrl-C ends the waiting, not the job. "infinitetalk fetch" ' +
    'then downloads the video. With --beam it follows a task on Beam, no matter who submitted it.',
  argument: 'ID',
  options: OPTIONS,
  examples: [
    'infinitetalk wait job_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11',
    'infinitetalk wait --beam 5f0c3b52-9d0e-4a77-8a0e-2f3f5c7d9e11',
  ],
  run: (invocation) =>
    usesBeam(invocation)
      ? waitForTask(invocation)
      : withHub(invocation, (client) => runWait(invocation, client)),
}

async function runWait(
  invocation: Invocation<typeof OPTIONS>,
  client: InfiniteTalkClient,
): Promise<void> {
  const { argument, options, terminal, signal } = invocation
  if (options.watch) {
    await showStream(invocation, client, await client.jobs.get(argument, { signal }))
  }
  const job = await followJob(invocation, client, argument)
  if (job.output === null) throw new JobFailedError(job)
  printJob(terminal, job)
  printLine(terminal, `   infinitetalk fetch ${job.id}`)
}
