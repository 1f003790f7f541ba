// Waits for the end of a job and shows its progress, for `submit` and `wait`. Ctrl-C ends the waiting, not the job.
import { describeMemoryStep, type InfiniteTalkClient, type JobResource } from '@infinitetalk/client'
import type { Invocation } from './command.ts'
import { InterruptedError } from './interrupts.ts'
import { shownProgress } from './job-reports.ts'
import { createProgressDisplay } from './progress-display.ts'

/** The ended job, whatever its end. @throws InfiniteTalkError */
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
      onEvent(event) {
        if (event.type === 'memory') display.note(describeMemoryStep(event), event)
      },
    })
  } catch (error) {
    if (!signal.aborted) throw error
    throw new InterruptedError(
      `The job continues: "infinitetalk wait ${jobId}" follows it, "infinitetalk cancel ${jobId}" stops it.`,
    )
  } finally {
    display.close()
  }
}
