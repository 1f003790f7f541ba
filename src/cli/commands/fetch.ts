// `infinitetalk fetch`: downloads the video of a job. An interrupted download resumes.
import type { InfiniteTalkClient } from '@infinitetalk/client'
import { AppError } from '../../domain/errors.ts'
import { TASK_OPTIONS, usesBeam } from '../beam-options.ts'
import { fetchTask } from '../beam-tasks.ts'
import { captionFiles, fetchCaptions } from '../caption-files.ts'
import type { CommandDefinition, Invocation, OptionDefinitions } from '../command.ts'
import { withHub } from '../connect-hub.ts'
import { fetchVideo } from '../fetch-video.ts'
import { followJob } from '../follow-job.ts'
import { outputOf, outputOptions } from '../output-options.ts'

const OPTIONS = {
  ...TASK_OPTIONS,
  wait: { help: 'Wait for the end of the job first.' },
  captions: { help: 'Also write the captions of a text: .srt and .vtt beside the video.' },
  ...outputOptions('ID.mp4'),
} satisfies OptionDefinitions

export const command: CommandDefinition<typeof OPTIONS> = {
  description:
    'Downloads the video of a job of a hub. An interrupted download resumes; the file gets its name only when it is whole ' +
    'and its SHA-256 matches. With --beam it downloads the video of a task on Beam.',
  argument: 'ID',
  options: OPTIONS,
  examples: [
    'infinitetalk fetch job_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11 -o talking.mp4',
    'infinitetalk fetch --beam 5f0c3b52-9d0e-4a77-8a0e-2f3f5c7d9e11 --wait',
  ],
  run: (invocation) =>
    usesBeam(invocation)
      ? fetchFromBeam(invocation)
      : withHub(invocation, (client) => runFetch(invocation, client)),
}

async function runFetch(
  invocation: Invocation<typeof OPTIONS>,
  client: InfiniteTalkClient,
): Promise<void> {
  const { options, argument: id, signal } = invocation
  const job = options.wait
    ? await followJob(invocation, client, id)
    : await client.jobs.get(id, { signal })
  if (job.status === 'queued' || job.status === 'running') {
    throw new AppError('video_not_ready', `${job.id} is ${job.status}.`)
  }
  const output = outputOf(invocation, `${job.id}.mp4`)
  await fetchVideo(invocation, client, job, output)
  if (options.captions) await fetchCaptions(client, job.id, captionFiles(output), signal)
}

/** @throws AppError `usage` */
async function fetchFromBeam(invocation: Invocation<typeof OPTIONS>): Promise<void> {
  if (invocation.options.captions) throw new AppError('usage', '--captions needs a hub.')
  await fetchTask(invocation)
}
