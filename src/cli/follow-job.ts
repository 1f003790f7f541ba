// Waits for the end of a job and shows how far it is, for `submit` and `wait`. Ctrl-C ends the waiting, never the job.
import type { InfiniteTalkClient, JobResource } from '@infinitetalk/client'
import type { Invocation } from './command.ts'
import { InterruptedError } from './interrupts.ts'
import { shownProgress } from './job-reports.ts'
import { createProgressDisplay } from './progress-display.ts'

/** The job once it has ended, however it has. @throws InfiniteTalkError */
export async function followJob(
  { terminal, services, signal }: Invocation,
  client: InfiniteTalkClient,
  jobId: string,
): Promise<JobResource> {
  const display = createProgressDisplay(terminal, () => services.nowMs())
  try {
    return await client.jobs.wait(jobId, {
      signal,
      onProgress: (progress) => display.show(shownProgress(progress)),
    })
  } catch (error) {
    if (!signal.aborted) throw error
    throw new InterruptedError(
      `The job goes on: "infinitetalk wait ${jobId}" follows it, "infinitetalk cancel ${jobId}" stops it.`,
    )
  } finally {
    display.close()
  }
}
