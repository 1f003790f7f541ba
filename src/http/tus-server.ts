// The hub's server of tus 1.0: the library speaks the protocol and keeps the parts, this file gives it the hub's names,
// files and errors.
import { mkdir } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { PROBLEM_CONTENT_TYPE } from '@infinitetalk/contract'
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'
import { AppError, toAppError } from '../domain/errors.ts'
import type { Exchange } from './exchange.ts'
import { problemOf } from './problem-reply.ts'

/** The part of the library's request that leads to ours. */
export interface TusRequest {
  readonly runtime?: { readonly node?: { readonly req: object } | undefined } | undefined
}

export interface TusServerOptions {
  /** Path of the operation, without the address of the hub. */
  readonly path: string
  readonly uploadFolder: string
  readonly uploadMaxBytes: number
  readonly uploadLifeMs: number
  /** @throws AppError `internal_error` when the request is none of ours */
  exchangeOf(request: TusRequest): Exchange
}

export interface TusServer {
  /** Answers the request. */
  handle(request: IncomingMessage, reply: ServerResponse): Promise<void>
  /** Removes the parts of an incomplete upload. @throws when there are none */
  removeParts(id: string): Promise<void>
}

const MAX_NAME_CHARS = 255
const MAX_TYPE_CHARS = 200

/** @throws when the folder cannot be made */
export async function openTusServer({
  path,
  uploadFolder,
  uploadMaxBytes,
  uploadLifeMs,
  exchangeOf,
}: TusServerOptions): Promise<TusServer> {
  // The library makes it too, but nobody can catch its error.
  await mkdir(uploadFolder, { recursive: true })
  const store = new FileStore({
    directory: uploadFolder,
    expirationPeriodInMilliseconds: uploadLifeMs,
  })
  const tus = new Server({
    path,
    datastore: store,
    maxSize: uploadMaxBytes,
    allowedOrigins: () => false,
    generateUrl: (request, { id }) => `${exchangeOf(request).baseUrl}${path}/${id}`,
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
  return {
    handle: (request, reply) => tus.handle(request, reply),
    removeParts: (id) => store.remove(id),
  }
}
