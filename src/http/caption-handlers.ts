// The captions of a job as files.
import type { FastifyReply } from 'fastify'
import { type CaptionFormat, writeCaptions } from '../domain/captions.ts'
import { type Exchange, pathParameter } from './exchange.ts'
import type { Handlers } from './handlers.ts'

const TYPES: Readonly<Record<CaptionFormat, string>> = {
  srt: 'application/x-subrip; charset=utf-8',
  vtt: 'text/vtt; charset=utf-8',
}

async function sendCaptions(exchange: Exchange, format: CaptionFormat): Promise<FastifyReply> {
  const id = pathParameter(exchange, 'job_id')
  const cues = await exchange.hub.jobs.captions(id)
  exchange.request.jobId = id
  return exchange.reply
    .type(TYPES[format])
    .header('content-disposition', `inline; filename="${id}.${format}"`)
    .header('cache-control', 'private, no-cache')
    .header('x-content-type-options', 'nosniff')
    .send(writeCaptions(cues, format))
}

export const CAPTION_HANDLERS: Handlers<'getSubRip' | 'getWebVtt'> = {
  getSubRip: (exchange) => sendCaptions(exchange, 'srt'),
  getWebVtt: (exchange) => sendCaptions(exchange, 'vtt'),
}
