// The video of a job while it grows, as HTTP Live Streaming (RFC 8216): a playlist of the windows that are kept, and their bytes.
import { createHash } from 'node:crypto'
import type { StreamView } from '../app/hub.ts'
import { AppError } from '../domain/errors.ts'
import { type Exchange, headerOf, pathParameter } from './exchange.ts'
import type { Handlers } from './handlers.ts'
import { signedPath } from './signed-url.ts'
import { sendVideo } from './video-handlers.ts'

const PLAYLIST_TYPE = 'application/vnd.apple.mpegurl'
const HEAD_NAME = 'head.mp4'
const WINDOW_NAME = /^([1-9]\d{0,5})\.m4s$/

export const STREAM_HANDLERS: Handlers<'getStream' | 'getStreamPart'> = {
  async getStream(exchange) {
    const { hub, reply, request } = exchange
    const id = pathParameter(exchange, 'job_id')
    const text = playlist(await hub.jobs.readStream(id), (name) => linkTo(exchange, id, name))
    request.jobId = id
    const etag = `"${createHash('sha256').update(text).digest('hex')}"`
    // It grows: asked for again each time, and answered with 304 while it is the same.
    reply
      .header('etag', etag)
      .header('cache-control', 'private, no-cache, no-transform')
      .header('x-content-type-options', 'nosniff')
    if (headerOf(exchange, 'if-none-match') === etag) return reply.code(304).send()
    return reply.type(PLAYLIST_TYPE).send(text)
  },

  async getStreamPart(exchange) {
    const id = pathParameter(exchange, 'job_id')
    const name = pathParameter(exchange, 'part')
    const number = name === HEAD_NAME ? null : Number(WINDOW_NAME.exec(name)?.[1])
    if (Number.isNaN(number)) {
      throw new AppError('file_not_found', `A part is ${HEAD_NAME}, 1.m4s, 2.m4s and so on.`)
    }
    const video = await exchange.hub.jobs.openStreamPart(id, number)
    exchange.request.jobId = id
    return sendVideo(exchange, { video, filename: `${id}-${name}`, attachment: false })
  },
}

/** Version 7: fragmented MP4 with `EXT-X-MAP`. A window begins with a key frame and is never changed once it is in the list. */
function playlist({ seconds, ended }: StreamView, linkTo: (name: string) => string): string {
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    // Must never change while the list grows: the first window is the longest.
    `#EXT-X-TARGETDURATION:${Math.ceil(seconds[0] ?? 1)}`,
    '#EXT-X-PLAYLIST-TYPE:EVENT',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    // Players would begin at the end of what there is.
    '#EXT-X-START:TIME-OFFSET=0',
    `#EXT-X-MAP:URI="${linkTo(HEAD_NAME)}"`,
    ...seconds.flatMap((length, index) => [
      `#EXTINF:${length.toFixed(5)},`,
      linkTo(`${index + 1}.m4s`),
    ]),
    ...(ended ? ['#EXT-X-ENDLIST'] : []),
    '',
  ].join('\n')
}

/** Relative to the playlist. With API keys it is signed, because a player sends no header. */
function linkTo(exchange: Exchange, id: string, name: string): string {
  const job = `/v1/jobs/${id}/`
  return signedPath(`${job}stream/${name}`, exchange).slice(job.length)
}
