// `infinitetalk submit`: submits a job to a hub; with --wait or --output it follows the job and downloads the video.
import { type InfiniteTalkClient, JobFailedError } from '@infinitetalk/client'
import { checkOutputFile } from '../../app/output-file.ts'
import { usesBeam } from '../beam-options.ts'
import { captionFiles, fetchCaptions } from '../caption-files.ts'
import type { CommandDefinition } from '../command.ts'
import { withHub } from '../connect-hub.ts'
import { fetchVideo } from '../fetch-video.ts'
import { followJob } from '../follow-job.ts'
import { printJob, shownProgress } from '../job-reports.ts'
import { jobInput } from '../job-request.ts'
import { DEFAULT_OUTPUT, outputOf } from '../output-options.ts'
import { createProgressDisplay } from '../progress-display.ts'
import { showStream } from '../show-stream.ts'
import { SUBMIT_OPTIONS, type SubmitInvocation, waitsForVideo } from '../submit-options.ts'
import { submitToBeam } from '../submit-to-beam.ts'
import { printLine } from '../terminal.ts'

export const command: CommandDefinition<typeof SUBMIT_OPTIONS> = {
  description:
    'Submits a job to a hub and prints its id. Files of this machine are sent; the hub fetches URLs. With --wait or ' +
    '--output it follows the job and downloads the video. Ctrl-C ends the waiting, not the job. With --beam ' +
    'there is no hub: files are sent to a task queue on Beam, at most 12 MiB in all, or through BEAM_VOLUME.',
  options: SUBMIT_OPTIONS,
  examples: [
    'infinitetalk submit -i portrait.png -a speech.wav',
    'infinitetalk submit -i portrait.png -a speech.wav --wait -o talking.mp4',
    'infinitetalk submit -i portrait.png --text "Hello, it is me." --wait',
    'infinitetalk submit --url http://hub:8787 --mode v2v -v talk.mp4 -a new.wav',
    'infinitetalk submit --beam --queue talk -i portrait.png -a speech.wav --wait',
  ],
  run: (invocation) =>
    usesBeam(invocation)
      ? submitToBeam(invocation)
      : withHub(invocation, (client) => runSubmit(invocation, client)),
}

async function runSubmit(invocation: SubmitInvocation, client: InfiniteTalkClient): Promise<void> {
  const { options, terminal, services, signal } = invocation
  const waits = waitsForVideo(options)
  const output = outputOf(invocation, DEFAULT_OUTPUT)
  const captions = options.captions === undefined ? null : captionFiles(output)
  // Before a video is rendered that could not be written.
  if (waits) {
    for (const file of [output, ...Object.values(captions ?? {})]) await checkOutputFile(file)
  }
  const input = await jobInput(invocation)
  const display = createProgressDisplay(terminal, () => services.nowMs())
  const request = await client
    .sendMedia(input, { signal, onProgress: (progress) => display.show(shownProgress(progress)) })
    .finally(() => display.close())
  const { keep, reuse, webhook } = options
  const wishes = {
    ...(keep ? { keep } : {}),
    ...(reuse ? { reuse } : {}),
    ...(webhook === undefined ? {} : { webhook: { url: webhook } }),
  }
  const job = await client.jobs.create(
    { ...request, ...wishes },
    {
      signal,
      idempotencyKey: options.idempotencyKey,
    },
  )
  printJob(terminal, job)
  if (options.watch) await showStream(invocation, client, job)
  if (!waits) {
    printLine(terminal, `   infinitetalk wait ${job.id}`)
    return
  }
  const ended = await followJob(invocation, client, job.id)
  if (ended.output === null) throw new JobFailedError(ended)
  await fetchVideo(invocation, client, ended, output)
  if (captions !== null) await fetchCaptions(client, ended.id, captions, signal)
}
