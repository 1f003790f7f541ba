// Uploads that resume, by the protocol tus 1.0, as operations of the API: keys, limits and deadlines are the hub's, the protocol is
// spoken in tus-server.ts. An upload has the id of its file.
import type { FastifyReply } from 'fastify'
import { AppError } from '../domain/errors.ts'
import { type Exchange, headerOf, pathParameter } from './exchange.ts'
import type { Handlers } from './handlers.ts'
import type { HttpOptions } from './http-options.ts'
import type { TusRequest, TusServer } from './tus-server.ts'

type Ids = 'describeUploads' | 'createUpload' | 'readUpload' | 'appendUpload' | 'deleteUpload'

const PATH = '/v1/uploads'

export function createUploadHandlers({ hub, uploadFolder }: HttpOptions): Handlers<Ids> {
  const { uploadMaxBytes, uploadLifeMs, bodyIdleTimeoutMs } = hub.status.limits()
  /** The exchanges under way: the library passes only the request on. */
  const exchanges = new WeakMap<object, Exchange>()
  const exchangeOf = ({ runtime }: TusRequest): Exchange => {
    const exchange = runtime?.node === undefined ? undefined : exchanges.get(runtime.node.req)
    if (exchange === undefined) throw new AppError('internal_error', 'The request is not known.')
    return exchange
  }
  let opened: TusServer | null = null
  /** Imported at the first upload: a hub starts faster without it. */
  const open = async (): Promise<TusServer> => {
    const { openTusServer } = await import('./tus-server.ts')
    const options = { path: PATH, uploadFolder, uploadMaxBytes, uploadLifeMs, exchangeOf }
    opened ??= await openTusServer(options)
    return opened
  }

  const speak = async (exchange: Exchange): Promise<FastifyReply> => {
    const { request, reply } = exchange
    const tus = await open()
    exchanges.set(request.raw, exchange)
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) reply.raw.setHeader(name, value)
    }
    reply.hijack()
    // A line that is silent for so long is dead; its upload resumes on another one.
    request.raw.setTimeout(bodyIdleTimeoutMs, () => request.raw.destroy())
    try {
      await tus.handle(request.raw, reply.raw)
    } finally {
      request.raw.setTimeout(0)
    }
    return reply
  }
  /** @throws AppError `file_not_found`, `file_already_written` */
  const speakOfOwn = async (exchange: Exchange): Promise<FastifyReply> => {
    await exchange.hub.files.get(pathParameter(exchange, 'file_id'))
    return speak(exchange)
  }
  return {
    describeUploads: speak,
    async createUpload(exchange) {
      const bytes = Number(headerOf(exchange, 'upload-length') ?? 0)
      if (bytes > uploadMaxBytes) {
        const detail = `The file has ${bytes} bytes; at most ${uploadMaxBytes} are allowed.`
        throw new AppError('input_too_large', detail, { meta: { uploadMaxBytes } })
      }
      return speak(exchange)
    },
    readUpload: speakOfOwn,
    async appendUpload(exchange) {
      await exchange.hub.files.checkRoom()
      return speakOfOwn(exchange)
    },
    async deleteUpload(exchange) {
      const id = pathParameter(exchange, 'file_id')
      await exchange.hub.files.delete(id)
      // There are no parts of a complete upload.
      const tus = await open()
      await tus.removeParts(id).catch(() => {})
      return exchange.reply.code(204).header('tus-resumable', '1.0.0').send()
    },
  }
}
