// Prints where the video of a job can be watched while it is rendered, for --watch.
import { type InfiniteTalkClient, InfiniteTalkError, type JobResource } from '@infinitetalk/client'
import type { Invocation, OptionDefinition } from './command.ts'
import { printJson, printLine, printWarning } from './terminal.ts'

export const WATCH_OPTION = {
  help: 'Print the address at which the video plays while it is rendered.',
} satisfies OptionDefinition

/** A player opens the address once the first window is rendered: until then the hub says that it is not ready. */
export async function showStream(
  { terminal, signal }: Pick<Invocation, 'terminal' | 'signal'>,
  client: InfiniteTalkClient,
  { id, urls }: JobResource,
): Promise<void> {
  const refusal = await client.jobs.stream(id, { signal }).then(
    () => null,
    (error: unknown) => error,
  )
  const code = refusal instanceof InfiniteTalkError ? refusal.code : null
  if (code === 'windows_not_kept') {
    printWarning(
      terminal,
      'The engine renders this video in one piece: it cannot be watched before its end.',
    )
    return
  }
  if (refusal !== null && code !== 'video_not_ready') throw refusal
  const isReady = refusal === null
  printJson(terminal, { event: 'stream', url: urls.stream, ready: isReady })
  const when = isReady ? '' : ', as soon as the first window is rendered'
  printLine(terminal, `   Watch it in VLC, mpv or Safari${when}:`)
  printLine(terminal, `   ${urls.stream}`)
}
