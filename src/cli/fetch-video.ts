// The last step of `submit`, and all of `fetch`: the finished video onto this disk, shown as it comes, and told when it is there.
import { resolve } from 'node:path'
import { type InfiniteTalkClient, JobFailedError, type JobResource } from '@infinitetalk/client'
import type { OutputFile } from '../app/output-file.ts'
import type { Invocation } from './command.ts'
import { downloadVideo } from './download-video.ts'
import { InterruptedError } from './interrupts.ts'
import { share } from './job-reports.ts'
import { printVideo } from './print-video.ts'
import { createProgressDisplay } from './progress-display.ts'

export function outputFile({ arguments: given, services }: Invocation, name: string): OutputFile {
  return { path: resolve(services.currentFolder, name), overwrite: given.flag('force') }
}

/** @throws JobFailedError for a job without a video, AppError, InfiniteTalkError */
export async function fetchVideo(
  { terminal, services, signal }: Invocation,
  client: InfiniteTalkClient,
  job: JobResource,
  output: OutputFile & { readonly shownName: string },
): Promise<void> {
  if (job.output === null) throw new JobFailedError(job)
  const display = createProgressDisplay(terminal, () => services.nowMs())
  try {
    await downloadVideo({
      client,
      job,
      output,
      signal,
      onProgress: (done, total) => {
        const fraction = share(done, total)
        display.show({ stage: 'downloading', done, total, fraction, etaSeconds: null })
      },
    })
  } catch (error) {
    if (!signal.aborted) throw error
    throw new InterruptedError(`"infinitetalk fetch ${job.id}" goes on with what is there.`)
  } finally {
    display.close()
  }
  const { video, engine, seed, warnings } = job.output
  const printed = { ...video, seconds: video.duration_s, engine, seed, warnings, path: output.path }
  printVideo(terminal, printed, output.shownName, { job_id: job.id })
}
