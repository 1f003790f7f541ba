// The heartbeat that shows RunPod which jobs the worker has: a silent worker loses them. It beats from before the first job until
// after the last.
import { pause } from '../../async/pause.ts'
import type { JobApi } from './job-api.ts'
import type { JobLog } from './job-log.ts'

export interface KeepAliveOptions {
  readonly api: JobApi
  readonly intervalMs: number
  readonly log: JobLog
  jobIds(): readonly string[]
}

export interface KeepAlive {
  stop(): Promise<void>
}

export function keepAlive({ api, intervalMs, log, jobIds }: KeepAliveOptions): KeepAlive {
  const ending = new AbortController()
  const { signal } = ending
  const beat = async (): Promise<void> => {
    let told: string | null = null
    while (!signal.aborted) {
      const trouble = await api.ping(jobIds(), signal)
      if (trouble !== null && trouble !== told) log.say(null, trouble)
      told = trouble
      await pause(intervalMs, signal).catch(() => {})
    }
  }
  const beating = beat()
  return {
    async stop() {
      ending.abort(new Error('The worker has ended.'))
      await beating
    },
  }
}
