// A voice that says nothing, for a speaker who shall keep the mouth shut.
import { join } from 'node:path'
import type { MediaJob } from '../app/ports/media.ts'
import type { MediaTools } from './media-tools.ts'
import { runInFolder } from './run-in-folder.ts'
import { runTool } from './run-tool.ts'

/** @returns the path of a FLAC, stereo. @throws AppError `tool_failed`, `tool_timeout`, `disk_full`, `canceled` */
export function makeSilence(
  { seconds, sampleRate }: { readonly seconds: number; readonly sampleRate: number },
  { tools, limits }: MediaTools,
  job: MediaJob,
): Promise<string> {
  return runInFolder(job.workDir, 'silence', async (folder) => {
    const path = join(folder, 'silence.flac')
    const source = `anullsrc=r=${sampleRate}:cl=stereo`
    const length = ['-t', seconds.toFixed(6)]
    await runTool(
      tools.ffmpeg,
      [
        '-hide_banner',
        '-loglevel',
        'error',
        '-f',
        'lavfi',
        '-i',
        source,
        ...length,
        '-c:a',
        'flac',
        path,
      ],
      {
        signal: job.signal,
        timeoutMs: limits.jobTimeoutMs,
        maxMemoryBytes: limits.childMaxBytes,
      },
    )
    return path
  })
}
