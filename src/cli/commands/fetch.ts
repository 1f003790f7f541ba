// `infinitetalk fetch`: the video of a job, by its id. A download that broke off goes on where it stopped.
import type { InfiniteTalkClient } from '@infinitetalk/client'
import { AppError } from '../../domain/errors.ts'
import { BEAM_OPTION, usesBeam } from '../beam-options.ts'
import { fetchTask } from '../beam-tasks.ts'
import type { CommandDefinition, Invocation } from '../command.ts'
import { HUB_OPTIONS, withHub } from '../connect-hub.ts'
import { fetchVideo, outputFile } from '../fetch-video.ts'
import { followJob } from '../follow-job.ts'
import { outputName } from '../print-video.ts'

export const fetchCommand: CommandDefinition = {
  description:
    'Downloads the video of a job of a hub. A download that broke off goes on where it stopped; the video gets its name ' +
    'only when it is whole and its SHA-256 is right. With --beam it is the video of a task on Beam.',
  positionals: ['ID'],
  options: [
    ...HUB_OPTIONS,
    BEAM_OPTION,
    { name: 'wait', help: 'Wait for the end of the job first.' },
    { name: 'output', short: 'o', value: 'FILE', help: 'Where the video goes (default ID.mp4).' },
    { name: 'force', help: 'Replace the output when it exists.' },
  ],
  examples: [
    'infinitetalk fetch job_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11 -o talking.mp4',
    'infinitetalk fetch --beam 5f0c3b52-9d0e-4a77-8a0e-2f3f5c7d9e11 --wait',
  ],
  run: (invocation) =>
    usesBeam(invocation)
      ? fetchTask(invocation)
      : withHub(invocation, (client) => runFetch(invocation, client)),
}

async function runFetch(invocation: Invocation, client: InfiniteTalkClient): Promise<void> {
  const { arguments: given, signal } = invocation
  const id = given.positionals[0] ?? ''
  const job = given.flag('wait')
    ? await followJob(invocation, client, id)
    : await client.jobs.get(id, { signal })
  if (job.status === 'queued' || job.status === 'running') {
    throw new AppError('video_not_ready', `${job.id} is ${job.status}.`)
  }
  const shownName = outputName(given, `${job.id}.mp4`)
  await fetchVideo(invocation, client, job, { ...outputFile(invocation, shownName), shownName })
}
