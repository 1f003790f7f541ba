// Uploads that resume, by the protocol tus 1.0: the library speaks it and keeps the parts, this file gives it the hub's keys, limits,
// errors and files. An upload has the id of its file.
import { PROBLEM_CONTENT_TYPE } from '@infinitetalk/contract'
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'
import type { FastifyReply } from 'fastify'
import { AppError, toAppError } from '../domain/errors.ts'
import { type Exchange, headerOf, pathParameter } from './exchange.ts'
import type { Handlers } from './handlers.ts'
import type { HttpOptions } from './http-options.ts'
import { problemOf } from './problem-reply.ts'

type Ids = 'describeUploads' | 'createUpload' | 'readUpload' | 'appendUpload' | 'deleteUpload'
/** The part of the library's request that leads to ours. */
interface TusRequest {
  readonly runtime?: { readonly node?: { readonly req: object } | undefined } | undefined
}

const PATH = '/v1/uploads'
const MAX_NAME_CHARS = 255
const MAX_TYPE_CHARS = 200

export function createUploadHandlers({ hub, uploadFolder }: HttpOptions): Handlers<Ids> {
  const { uploadMaxBytes, uploadLifeMs, bodyIdleTimeoutMs } = hub.status.limits()
  /** The exchanges under way: the library passes only the request on. */
  const exchanges = new WeakMap<object, Exchange>()
  const exchangeOf = ({ runtime }: TusRequest): Exchange => {
    const exchange = runtime?.node === undefined ? undefined : exchanges.get(runtime.node.req)
    if (exchange === undefined) throw new AppError('internal_error', 'The request is not known.')
    return exchange
  }
  const store = new FileStore({
    directory: uploadFolder,
    expirationPeriodInMilliseconds: uploadLifeMs,
  })
  const tus = new Server({
    path: PATH,
    datastore: store,
    maxSize: uploadMaxBytes,
    allowedOrigins: () => false,
    generateUrl: (request, { id }) => `${exchangeOf(request).baseUrl}${PATH}/${id}`,
    async namingFunction(request, metadata = {}) {
      const { hub: ofCaller, caller, request: received } = exchangeOf(request)
      const filename = metadata.filename?.slice(0, MAX_NAME_CHARS) ?? null
      const contentType = metadata.filetype?.slice(0, MAX_TYPE_CHARS) ?? null
      const asked = { filename, content_type: contentType }
      const file = await ofCaller.files.create(asked, caller)
      received.fileId = file.id
      return file.id
    },
    async onUploadFinish(request, { id, metadata }) {
      const { hub: ofCaller, gone } = exchangeOf(request)
      const contentType = metadata?.filetype?.slice(0, MAX_TYPE_CHARS) ?? null
      await ofCaller.files.complete(id, { contentType, signal: gone })
      return {}
    },
    onResponseError(request, thrown) {
      // The library's own errors have a status and a sentence that its clients know.
      if ('status_code' in thrown && !(thrown instanceof AppError)) return undefined
      const { request: received, reply } = exchangeOf(request)
      const error = toAppError(thrown)
      const problem = problemOf(error, received.id, received.url)
      reply.problemCode = error.code
      reply.raw.setHeader('content-type', PROBLEM_CONTENT_TYPE)
      return { status_code: problem.status, body: JSON.stringify(problem) }
    },
  })

  const speak = async (exchange: Exchange): Promise<FastifyReply> => {
    const { request, reply } = exchange
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
      await store.remove(id).catch(() => {})
      return exchange.reply.code(204).header('tus-resumable', '1.0.0').send()
    },
  }
}
