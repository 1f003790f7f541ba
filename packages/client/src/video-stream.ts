// The video of a job while it grows: the playlist that the hub sends, read into links. With API keys the links are signed, so they
// open without a header.
import { InfiniteTalkError } from './errors.ts'
import type { CallOptions } from './files.ts'
import { apiPath } from './path.ts'
import type { Transport } from './transport.ts'

export interface VideoStream {
  /** True once the job has succeeded: no window will follow. */
  readonly ended: boolean
  /** URL of the MP4 header that all windows share. */
  readonly head: string
  /** Rendered so far, in order. Each continues where the one before ends. */
  readonly windows: readonly { readonly url: string; readonly seconds: number }[]
}

/** @throws ConflictError `video_not_ready` before the first window, `windows_not_kept` */
export async function readVideoStream(
  transport: Transport,
  jobId: string,
  { signal }: CallOptions = {},
): Promise<VideoStream> {
  const target = apiPath`/v1/jobs/${jobId}/stream.m3u8`
  const { response, deadline, toError } = await transport.open({
    method: 'GET',
    target,
    repeatable: true,
    signal,
  })
  try {
    return parsePlaylist(await response.text(), transport.resolve(target))
  } catch (thrown) {
    throw toError(thrown)
  } finally {
    deadline.dispose()
  }
}

function parsePlaylist(text: string, base: URL): VideoStream {
  const lines = text.split('\n')
  const head = /^#EXT-X-MAP:URI="([^"]+)"/m.exec(text)?.[1]
  if (lines[0] !== '#EXTM3U' || head === undefined) {
    const message = 'The server answered with something that is not a playlist: is it a hub?'
    throw new InfiniteTalkError(message, { code: 'unexpected_answer' })
  }
  const windows = lines.flatMap((line, index) => {
    const seconds = /^#EXTINF:([\d.]+)/.exec(line)?.[1]
    const link = lines[index + 1]
    if (seconds === undefined || link === undefined) return []
    return [{ url: new URL(link, base).href, seconds: Number(seconds) }]
  })
  return { ended: lines.includes('#EXT-X-ENDLIST'), head: new URL(head, base).href, windows }
}
