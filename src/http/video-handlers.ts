// Sends a video, its still and its inputs, whole or in part, with their hash, at the speed of the reader.
import type { FastifyReply } from 'fastify'
import type { OpenedVideo } from '../app/hub.ts'
import type { ByteRange } from '../app/ports/blob-store.ts'
import { AppError } from '../domain/errors.ts'
import { formatDigest } from './content-digest.ts'
import { cutStalledReader } from './cut-stalled-reader.ts'
import { type Exchange, headerOf, pathParameter } from './exchange.ts'
import { disposition, toFilename } from './file-name.ts'
import type { Handlers } from './handlers.ts'
import { parseRange } from './range.ts'

interface Download {
  readonly video: OpenedVideo
  readonly filename: string
  readonly attachment: boolean
}

export const VIDEO_HANDLERS: Handlers<
  'getVideo' | 'headVideo' | 'getPoster' | 'getFrame' | 'getInput'
> = {
  async getVideo(exchange) {
    const download = await openVideo(exchange, exchange.query.download === true)
    const { video } = download
    const isHere = video.link === undefined || isKnown(headerOf(exchange, 'if-none-match'), video)
    if (isHere) return sendVideo(exchange, download)
    const { reply } = exchange
    const link = await video.link!(dispositionOf(download))
    return reply.header('cache-control', 'private, no-store').redirect(link, 302)
  },

  async headVideo(exchange) {
    const download = await openVideo(exchange, exchange.query.download === true)
    describeVideo(exchange.reply, download)
    // The length of the video, although the body is empty.
    return exchange.reply.header('content-length', download.video.bytes).send()
  },

  async getPoster(exchange) {
    const id = pathParameter(exchange, 'job_id')
    const video = await exchange.hub.jobs.openPoster(id)
    const attachment = exchange.query.download === true
    return sendVideo(exchange, { video, filename: `${id}.jpg`, attachment })
  },

  async getFrame(exchange) {
    const { hub, reply } = exchange
    const frame = await hub.jobs.latestFrame(pathParameter(exchange, 'job_id'))
    // Browsers may cache it but must revalidate.
    reply.header('cache-control', 'private, no-cache, no-transform')
    if (frame === null) return reply.code(204).send()
    const etag = `"${frame.tag}"`
    reply.header('etag', etag).header('x-content-type-options', 'nosniff')
    if (headerOf(exchange, 'if-none-match') === etag) return reply.code(304).send()
    return reply.type('image/jpeg').send(Buffer.from(frame.jpeg))
  },

  async getInput(exchange) {
    const id = pathParameter(exchange, 'job_id')
    const name = pathParameter(exchange, 'input')
    const video = await exchange.hub.jobs.openInput(id, name)
    return sendVideo(exchange, { video, filename: `${id}-${name}`, attachment: true })
  },
}

async function openVideo(exchange: Exchange, attachment: boolean): Promise<Download> {
  const id = pathParameter(exchange, 'job_id')
  const video = await exchange.hub.jobs.openVideo(id)
  exchange.request.jobId = id
  // The page names the downloaded file like the take.
  const { title } = attachment ? (await exchange.hub.jobs.get(id)).job.input.metadata : {}
  return { video, filename: `${title === undefined ? id : toFilename(title, id)}.mp4`, attachment }
}

export async function sendVideo(exchange: Exchange, download: Download): Promise<FastifyReply> {
  const { reply } = exchange
  const { video } = download
  describeVideo(reply, download)
  if (isKnown(headerOf(exchange, 'if-none-match'), video)) return reply.code(304).send()
  const result = parseRange(rangeHeader(exchange, video), video.bytes)
  switch (result.kind) {
    case 'unsatisfiable':
      reply.header('content-range', `bytes */${video.bytes}`)
      throw new AppError('range_not_satisfiable', `The video has ${video.bytes} bytes.`)
    case 'part': {
      const { start, end } = result.range
      reply.code(206).header('content-range', `bytes ${start}-${end}/${video.bytes}`)
      return sendBytes(exchange, video, result.range)
    }
    case 'whole':
      return sendBytes(exchange, video, { start: 0, end: video.bytes - 1 })
  }
}

export function describeVideo(reply: FastifyReply, download: Download): void {
  const { video } = download
  if (video.part === undefined) reply.header('repr-digest', formatDigest(video.sha256))
  if (video.modifiedAtMs !== null) {
    reply.header('last-modified', new Date(video.modifiedAtMs).toUTCString())
  }
  reply
    .type(video.contentType)
    .header('etag', etagOf(video))
    .header('accept-ranges', 'bytes')
    .header('content-disposition', dispositionOf(download))
    // Revalidated each time, because the job may be deleted; the answer is then a 304 without bytes.
    .header('cache-control', 'private, no-cache, no-transform')
    .header('x-content-type-options', 'nosniff')
}

function dispositionOf({ filename, attachment }: Download): string {
  return disposition(attachment ? 'attachment' : 'inline', filename)
}

async function sendBytes(
  { hub, reply }: Exchange,
  video: OpenedVideo,
  range: ByteRange,
): Promise<FastifyReply> {
  const content = await video.read(range)
  cutStalledReader(reply.raw, hub.status.limits().readerIdleTimeoutMs)
  return reply.header('content-length', range.end - range.start + 1).send(content)
}

function etagOf({ sha256, part }: OpenedVideo): string {
  return part === undefined ? `"${sha256}"` : `"${sha256}-${part}"`
}

function isKnown(ifNoneMatch: string | undefined, video: OpenedVideo): boolean {
  const known = (ifNoneMatch ?? '').split(',').map((etag) => etag.trim().replace(/^W\//, ''))
  return known.includes(etagOf(video)) || known.includes('*')
}

/** "If the validator does not match, the server SHOULD ignore the Range header field." */
function rangeHeader(exchange: Exchange, video: OpenedVideo): string | undefined {
  const range = headerOf(exchange, 'range')
  const condition = headerOf(exchange, 'if-range')
  if (condition === undefined || condition === etagOf(video)) return range
  const { modifiedAtMs } = video
  if (modifiedAtMs === null) return undefined
  return condition === new Date(modifiedAtMs).toUTCString() ? range : undefined
}
