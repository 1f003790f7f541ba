// The page at `/`. Browsers revalidate the document each time and get 304 while it is unchanged. Its files have a hash in their
// name and are cached for ever.
import type { FastifyReply } from 'fastify'
import { AppError } from '../domain/errors.ts'
import { type Exchange, headerOf, pathParameter } from './exchange.ts'
import type { Handlers } from './handlers.ts'
import { chooseEncoding, type PageFile, type PageFiles, readPageFiles } from './page-files.ts'

type Ids = 'getPage' | 'headPage' | 'getPageFile' | 'headPageFile'

/** Allows the files of the hub only, and images and sounds that the user has chosen. */
function securityPolicy(mediaOrigin: string | null): string {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src 'self'${mediaOrigin === null ? '' : ` ${mediaOrigin}`}`,
    "img-src 'self' blob: data:",
    `media-src 'self' blob:${mediaOrigin === null ? '' : ` ${mediaOrigin}`}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ]
  return policy.join('; ')
}

const NOT_BUILT = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>infinitetalk-hub</title>
<p>The hub works, but its page was not built here. Run <code>npm run build:web</code> where the hub is installed, and start it again.
<p><a href="docs">The API</a>
</html>
`

export function createPageHandlers(mediaOrigin: string | null): Handlers<Ids> {
  const policy = securityPolicy(mediaOrigin)
  let files: Promise<PageFiles | null> | null = null
  const open = (): Promise<PageFiles | null> => {
    files ??= readPageFiles()
    return files
  }
  const sendDocument = async (exchange: Exchange): Promise<FastifyReply> => {
    const { reply } = exchange
    const document = (await open())?.document
    reply
      .header('content-security-policy', policy)
      .header('permissions-policy', 'microphone=(self), camera=(), geolocation=()')
      .header('referrer-policy', 'no-referrer')
      .header('cross-origin-opener-policy', 'same-origin')
      .header('cache-control', 'no-cache')
    if (document !== undefined) return sendFile(exchange, document)
    return reply.code(503).type('text/html; charset=utf-8').send(NOT_BUILT)
  }
  const sendAsset = async (exchange: Exchange): Promise<FastifyReply> => {
    const asset = (await open())?.assets.get(pathParameter(exchange, 'name'))
    if (asset === undefined) throw new AppError('route_not_found', 'There is no such file.')
    exchange.reply.header('cache-control', 'public, max-age=31536000, immutable')
    return sendFile(exchange, asset)
  }
  return {
    getPage: sendDocument,
    headPage: sendDocument,
    getPageFile: sendAsset,
    headPageFile: sendAsset,
  }
}

function sendFile(exchange: Exchange, file: PageFile): FastifyReply {
  const { request, reply } = exchange
  reply
    .header('etag', file.etag)
    .header('vary', 'accept-encoding')
    .header('x-content-type-options', 'nosniff')
  const known = (headerOf(exchange, 'if-none-match') ?? '').split(',')
  if (known.some((etag) => etag.trim().replace(/^W\//, '') === file.etag)) {
    return reply.code(304).send()
  }
  const encoding = chooseEncoding(headerOf(exchange, 'accept-encoding'))
  const compressed = encoding === null ? undefined : file.compressed.get(encoding)
  if (encoding !== null && compressed !== undefined) reply.header('content-encoding', encoding)
  const bytes = compressed ?? file.bytes
  reply.type(file.contentType).header('content-length', bytes.length)
  return request.method === 'HEAD' ? reply.send() : reply.send(bytes)
}
