// Downloads the finished video of a job, for `submit` and `fetch`, and shows the progress and the result.
import { type InfiniteTalkClient, JobFailedError, type JobResource } from '@infinitetalk/client'
import type { Invocation } from './command.ts'
import { downloadVideo } from './download-video.ts'
import { InterruptedError } from './interrupts.ts'
import { share } from './job-reports.ts'
import type { NamedOutput } from './output-options.ts'
import { printVideo } from './print-video.ts'
import { createProgressDisplay } from './progress-display.ts'

/** @throws JobFailedError for a job without a video, AppError, InfiniteTalkError */
export async function fetchVideo(
  { terminal, services, signal }: Invocation,
  client: InfiniteTalkClient,
  job: JobResource,
  output: NamedOutput,
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
    throw new InterruptedError(`"infinitetalk fetch ${job.id}" resumes the download.`)
  } finally {
    display.close()
  }
  const { video, engine, seed, warnings } = job.output
  const printed = { ...video, seconds: video.duration_s, engine, seed, warnings, path: output.path }
  printVideo(terminal, printed, output.shownName, { job_id: job.id })
}
