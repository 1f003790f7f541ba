// Downloads the video of a task on Beam and shows the progress and the result. The file gets its name only when it is whole.
import { checkOutputFile, publishPart } from '../app/output-file.ts'
import type { FetchedVideo, RemoteQueue } from '../app/ports/remote-queue.ts'
import { nextCommand } from './beam-options.ts'
import type { Invocation } from './command.ts'
import type { HUB_OPTIONS } from './connect-hub.ts'
import { InterruptedError } from './interrupts.ts'
import { share } from './job-reports.ts'
import type { NamedOutput } from './output-options.ts'
import { formatBytes } from './print-video.ts'
import { createProgressDisplay } from './progress-display.ts'
import { printJson, printLine, type Terminal } from './terminal.ts'

export interface TaskVideoRequest {
  readonly queue: RemoteQueue
  readonly id: string
  readonly output: NamedOutput
}

/** @throws AppError */
export async function fetchTaskVideo(
  invocation: Invocation<typeof HUB_OPTIONS>,
  { queue, id, output }: TaskVideoRequest,
): Promise<void> {
  const { terminal, services, signal } = invocation
  await checkOutputFile(output)
  const display = createProgressDisplay(terminal, () => services.nowMs())
  let video: FetchedVideo
  try {
    video = await queue.fetch(id, {
      outputPath: output.path,
      signal,
      onProgress(done, totalBytes) {
        const total = totalBytes ?? 0
        const fraction = share(done, total)
        display.show({ stage: 'downloading', done, total, fraction, etaSeconds: null })
      },
    })
  } catch (error) {
    if (!signal.aborted) throw error
    throw new InterruptedError(
      `"${nextCommand(invocation.options, 'fetch', id)}" downloads the video.`,
    )
  } finally {
    display.close()
  }
  await publishPart(video.path, output)
  printFetched(terminal, video, output, { title: queue.title, taskId: id })
}

/** @param taskId null for an endpoint, which does not report its task to the caller */
export function printFetched(
  terminal: Terminal,
  { bytes, sha256, isVerified }: FetchedVideo,
  { path, shownName }: NamedOutput,
  { title, taskId }: { readonly title: string; readonly taskId: string | null },
): void {
  printJson(terminal, {
    event: 'result',
    task_id: taskId,
    path,
    bytes,
    sha256,
    sha256_verified: isVerified,
    engine: title.toLowerCase(),
  })
  printLine(terminal, `✅ ${shownName}`)
  const verified = isVerified ? ', SHA-256 verified' : ''
  printLine(terminal, `   ${formatBytes(bytes)} from ${title}${verified}`)
}
