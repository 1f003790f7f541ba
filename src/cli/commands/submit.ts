// `infinitetalk submit`: hands a job to a hub; with --wait or --output follows it and brings the video.
import { type InfiniteTalkClient, JobFailedError } from '@infinitetalk/client'
import { checkOutputFile } from '../../app/output-file.ts'
import { BEAM_SUBMIT_OPTIONS, usesBeam } from '../beam-options.ts'
import type { CommandDefinition, Invocation } from '../command.ts'
import { HUB_OPTIONS, withHub } from '../connect-hub.ts'
import { fetchVideo, outputFile } from '../fetch-video.ts'
import { followJob } from '../follow-job.ts'
import { printJob, shownProgress } from '../job-reports.ts'
import { JOB_OPTIONS, jobInput } from '../job-request.ts'
import { outputName } from '../print-video.ts'
import { createProgressDisplay } from '../progress-display.ts'
import { submitToBeam } from '../submit-to-beam.ts'
import { printLine } from '../terminal.ts'

const DEFAULT_OUTPUT = 'talking.mp4'

export const submitCommand: CommandDefinition = {
  description:
    'Hands a job to a hub and prints its id. Files of this machine are sent, URLs are fetched by the hub. With --wait, or ' +
    'with --output, it follows the job and downloads the video. Ctrl-C ends the waiting; the job goes on. With --beam ' +
    'there is no hub: files are sent as they are to a task queue on Beam, at most 12 MiB in all, or by BEAM_VOLUME.',
  positionals: [],
  options: [
    ...HUB_OPTIONS,
    ...BEAM_SUBMIT_OPTIONS,
    { name: 'wait', help: 'Follow the job and download its video.' },
    {
      name: 'output',
      short: 'o',
      value: 'FILE',
      help: `Where the video goes (default ${DEFAULT_OUTPUT}).`,
    },
    { name: 'force', help: 'Replace the output when it exists.' },
    {
      name: 'idempotency-key',
      value: 'KEY',
      help: 'The same key again is the same job, for a day.',
    },
    ...JOB_OPTIONS,
  ],
  examples: [
    'infinitetalk submit -i portrait.png -a speech.wav',
    'infinitetalk submit -i portrait.png -a speech.wav --wait -o talking.mp4',
    'infinitetalk submit --url http://hub:8787 --mode v2v -v talk.mp4 -a new.wav',
    'infinitetalk submit --beam --queue talk -i portrait.png -a speech.wav --wait',
  ],
  run: (invocation) =>
    usesBeam(invocation)
      ? submitToBeam(invocation, DEFAULT_OUTPUT)
      : withHub(invocation, (client) => runSubmit(invocation, client)),
}

async function runSubmit(invocation: Invocation, client: InfiniteTalkClient): Promise<void> {
  const { arguments: given, terminal, services, signal } = invocation
  const waits = given.flag('wait') || given.text('output') !== undefined
  const shownName = outputName(given, DEFAULT_OUTPUT)
  const output = outputFile(invocation, shownName)
  // Before anything is rendered that could not be kept.
  if (waits) await checkOutputFile(output)
  const input = await jobInput(invocation)
  const display = createProgressDisplay(terminal, () => services.nowMs())
  const request = await client
    .sendMedia(input, { signal, onProgress: (progress) => display.show(shownProgress(progress)) })
    .finally(() => display.close())
  const job = await client.jobs.create(request, {
    signal,
    idempotencyKey: given.text('idempotency-key'),
  })
  printJob(terminal, job)
  if (!waits) {
    printLine(terminal, `   infinitetalk wait ${job.id}`)
    return
  }
  const ended = await followJob(invocation, client, job.id)
  if (ended.output === null) throw new JobFailedError(ended)
  await fetchVideo(invocation, client, ended, { ...output, shownName })
}
