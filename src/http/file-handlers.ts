// The operations on files that are uploaded before their job.
import { createFileRequestSchema, parseQuery } from '@infinitetalk/contract'
import type { DirectUpload } from '../app/hub.ts'
import type { UploadedFile } from '../app/ports/file-store.ts'
import { AppError } from '../domain/errors.ts'
import { acceptRequest } from './accept-request.ts'
import { bodyChunks } from './body/body-chunks.ts'
import { refuseEncoded } from './body/json-body.ts'
import { parseDigest } from './content-digest.ts'
import { bodyRules, type Exchange, headerOf, pathParameter, readJson } from './exchange.ts'
import type { Handlers } from './handlers.ts'
import { presentFile } from './present-file.ts'

type Ids = 'createFile' | 'writeFile' | 'completeFile' | 'getFile' | 'deleteFile'

export const FILE_HANDLERS: Handlers<Ids> = {
  async createFile(exchange) {
    const { hub, caller, request: received, reply, baseUrl } = exchange
    const body = (await readJson(exchange, hub.status.limits().bodyMaxBytes)) ?? {}
    const request = acceptRequest(parseQuery(createFileRequestSchema, body))
    const file = await hub.files.create(request, caller)
    received.fileId = file.id
    reply.code(201).header('location', `${baseUrl}/v1/files/${file.id}`)
    return reply.send(fileResource(exchange, file, file.direct))
  },

  async writeFile(exchange) {
    const { hub, request, reply, gone } = exchange
    refuseEncoded(request.raw)
    // "An origin server SHOULD respond with a 400 status code if it receives Content-Range on a PUT" that it cannot honour.
    if (headerOf(exchange, 'content-range') !== undefined) {
      throw new AppError(
        'request_malformed',
        'A file is sent whole: Content-Range is not accepted.',
      )
    }
    const rules = bodyRules(exchange, hub.status.limits().uploadMaxBytes)
    const file = await hub.files.write(pathParameter(exchange, 'file_id'), {
      content: bodyChunks(request.raw, rules),
      contentType: headerOf(exchange, 'content-type')?.slice(0, 200) ?? null,
      expectedSha256: parseDigest(headerOf(exchange, 'content-digest')),
      signal: gone,
    })
    return reply.send(fileResource(exchange, file))
  },

  async completeFile(exchange) {
    const { hub, reply, gone } = exchange
    const file = await hub.files.completeDirect(pathParameter(exchange, 'file_id'), {
      expectedSha256: parseDigest(headerOf(exchange, 'content-digest')),
      signal: gone,
    })
    return reply.send(fileResource(exchange, file))
  },

  async getFile(exchange) {
    const file = await exchange.hub.files.get(pathParameter(exchange, 'file_id'))
    return exchange.reply.header('cache-control', 'no-cache').send(fileResource(exchange, file))
  },

  async deleteFile(exchange) {
    await exchange.hub.files.delete(pathParameter(exchange, 'file_id'))
    return exchange.reply.code(204).send()
  },
}

function fileResource(
  { hub, baseUrl }: Exchange,
  file: UploadedFile,
  direct: DirectUpload | null = null,
) {
  const maxBytes = hub.status.limits().uploadMaxBytes
  return presentFile(file, { maxBytes, baseUrl, direct })
}
