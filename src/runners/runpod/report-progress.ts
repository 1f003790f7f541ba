// Sends the progress of a job to RunPod for its status route: only when it changed, and not too often. It uses the same address as
// the end of the job, which must not be overtaken: stop this first.
import type { Job } from '../../domain/job.ts'
import type { JobApi } from './job-api.ts'

export interface ProgressReport {
  /** Called at each change of the job. */
  onProgress(job: Job): void
  /** Returns when no request is in flight any more. */
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
      // Progress that has to wait for the previous request would be old by then.
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
