// The operations on batches.
import { batchRequestSchema, parseQuery } from '@infinitetalk/contract'
import type { FastifyReply } from 'fastify'
import type { BatchView } from '../app/hub.ts'
import { batchStatusOf } from '../domain/batch.ts'
import { acceptRequest } from './accept-request.ts'
import { cutStalledReader } from './cut-stalled-reader.ts'
import { type Exchange, pathParameter, readJson, submitOptions } from './exchange.ts'
import { disposition, toFilename } from './file-name.ts'
import type { Handlers } from './handlers.ts'
import { type BatchLinks, presentBatch, presentSummary } from './present-batch.ts'
import { signedPath } from './signed-url.ts'
import { zipOf } from './zip-batch.ts'

export const BATCH_HANDLERS: Handlers<
  'createBatch' | 'listBatches' | 'getBatch' | 'cancelBatch' | 'deleteBatch' | 'getBatchArchive'
> = {
  async createBatch(exchange) {
    const { hub, reply, baseUrl } = exchange
    const limits = hub.status.limits()
    const body = await readJson(exchange, limits.jobBodyMaxBytes)
    const asked = acceptRequest(parseQuery(batchRequestSchema(limits), body ?? {}))
    const { view, replayed } = await hub.batches.submit(asked, submitOptions(exchange))
    if (replayed) reply.header('idempotent-replayed', 'true')
    reply.header('location', `${baseUrl}/v1/batches/${view.batch.id}`)
    return answerBatch(exchange, 202, view)
  },

  async listBatches(exchange) {
    const { hub, query, reply } = exchange
    const { limit, cursor = null } = query
    const page = await hub.batches.list({ limit, cursor })
    const links = linksOf(exchange)
    return reply.header('cache-control', 'no-cache').send({
      object: 'list',
      data: page.batches.map(({ batch, counts }) => presentSummary(batch, counts, links)),
      has_more: page.nextCursor !== null,
      next_cursor: page.nextCursor,
    })
  },

  async getBatch(exchange) {
    return answerBatch(exchange, 200, await exchange.hub.batches.get(idIn(exchange)))
  },

  async cancelBatch(exchange) {
    const view = await exchange.hub.batches.cancel(idIn(exchange))
    return answerBatch(exchange, batchStatusOf(view.batch) === 'ended' ? 200 : 202, view)
  },

  async deleteBatch(exchange) {
    await exchange.hub.batches.delete(idIn(exchange))
    return exchange.reply.code(204).send()
  },

  async getBatchArchive(exchange) {
    const { hub, reply } = exchange
    const { batch, items } = await hub.batches.openArchive(idIn(exchange))
    const { stream, bytes } = await zipOf(items, batch.endedAtMs ?? batch.createdAtMs)
    const name = batch.name === null ? batch.id : toFilename(batch.name, batch.id)
    cutStalledReader(reply.raw, hub.status.limits().readerIdleTimeoutMs)
    return reply
      .type('application/zip')
      .header('content-length', bytes)
      .header('content-disposition', disposition('attachment', `${name}.zip`))
      .header('cache-control', 'private, no-store, no-transform')
      .header('x-content-type-options', 'nosniff')
      .send(stream)
  },
}

function idIn(exchange: Exchange): string {
  return pathParameter(exchange, 'batch_id')
}

function answerBatch(exchange: Exchange, status: 200 | 202, view: BatchView): FastifyReply {
  const { reply } = exchange
  return reply
    .code(status)
    .header('cache-control', 'no-cache')
    .send(presentBatch(view, linksOf(exchange)))
}

/** With API keys the links are signed, because a browser that downloads sends no header. */
function linksOf(exchange: Exchange): BatchLinks {
  const { baseUrl } = exchange
  return { baseUrl, linkTo: (path) => `${baseUrl}${signedPath(path, exchange)}` }
}
