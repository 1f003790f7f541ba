// Tells RunPod how a job goes, for whoever asks for its status: a hint, sent when there is news and not too often. It goes where the
// end goes, so the end must not overtake it: stop it first.
import type { Job } from '../../domain/job.ts'
import type { JobApi } from './job-api.ts'

export interface ProgressReport {
  /** With each change of the job. */
  onProgress(job: Job): void
  /** Returns when nothing is under way any more. */
  stop(): Promise<void>
}

const PAUSE_MS = 2000

export function reportProgress(api: JobApi, jobId: string): ProgressReport {
  const ending = new AbortController()
  let sentAtMs = -PAUSE_MS
  let told = ''
  let sending: Promise<void> | null = null
  return {
    onProgress({ status, progress }) {
      const output = {
        stage: progress?.stage ?? status,
        progress: Math.round((progress?.fraction ?? 0) * 1000) / 1000,
        eta_s: progress?.etaSeconds ?? null,
      }
      const body = JSON.stringify({ status: 'IN_PROGRESS', output })
      const nowMs = performance.now()
      // What cannot be told now, as the one before is still under way, is old by the next time.
      if (sending !== null || body === told || nowMs - sentAtMs < PAUSE_MS) return
      if (ending.signal.aborted) return
      told = body
      sentAtMs = nowMs
      sending = api
        .tell(jobId, body, ending.signal)
        .catch(() => {})
        .finally(() => {
          sending = null
        })
    },
    async stop() {
      ending.abort(new Error('The job has ended.'))
      await sending
    },
  }
}
