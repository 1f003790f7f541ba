// The operations on jobs. Each calls one use case of the hub.

import {
  changeJobRequestSchema,
  parseQuery,
  retakeJobRequestSchema,
  retryJobRequestSchema,
} from '@infinitetalk/contract'
import { acceptRequest } from './accept-request.ts'
import { answerJob, answerSubmitted, etagOf, jobResource, versionIn } from './answer-job.ts'
import { isMultipart } from './body/multipart-form.ts'
import { headerOf, pathParameter, readJson, submitOptions, waitSignal } from './exchange.ts'
import type { Handlers } from './handlers.ts'
import { presentAllowances } from './present-allowances.ts'
import { submitForm } from './submit-form.ts'

export const JOB_HANDLERS: Handlers<
  | 'createJob'
  | 'listJobs'
  | 'getJob'
  | 'cancelJob'
  | 'retryJob'
  | 'retakeJob'
  | 'changeJob'
  | 'keepJob'
  | 'releaseJob'
  | 'deleteJob'
  | 'estimateJob'
> = {
  async createJob(exchange) {
    const { hub, request } = exchange
    if (isMultipart(request.raw)) return answerSubmitted(exchange, await submitForm(exchange))
    const body = await readJson(exchange, hub.status.limits().jobBodyMaxBytes)
    return answerSubmitted(exchange, await hub.jobs.submit(body, submitOptions(exchange)))
  },

  async listJobs(exchange) {
    const { hub, query, reply, baseUrl } = exchange
    const { status = null, search = null, limit, cursor = null } = query
    const page = await hub.jobs.list({ status, search, limit, cursor })
    if (page.nextCursor !== null) {
      const next = new URLSearchParams({ limit: String(limit), cursor: page.nextCursor })
      if (status !== null) next.set('status', status)
      if (search !== null) next.set('search', search)
      reply.header('link', `<${baseUrl}/v1/jobs?${next}>; rel="next"`)
    }
    return reply.header('cache-control', 'no-cache').send({
      object: 'list',
      data: page.views.map((view) => jobResource(exchange, view)),
      has_more: page.nextCursor !== null,
      next_cursor: page.nextCursor,
    })
  },

  async getJob(exchange) {
    const { hub, query, reply, waits } = exchange
    const id = pathParameter(exchange, 'job_id')
    const known = headerOf(exchange, 'if-none-match')
    let view = await hub.jobs.get(id)
    if (query.wait !== undefined && (known === undefined || known === etagOf(view))) {
      waits.take(reply)
      const sinceVersion = versionIn(known) ?? view.job.version
      const waitMs = query.wait * 1000
      view = await hub.jobs.waitForChange(id, {
        sinceVersion,
        waitMs,
        signal: waitSignal(exchange),
      })
    }
    if (known !== etagOf(view)) return answerJob(exchange, 200, view)
    return reply.code(304).header('etag', etagOf(view)).send()
  },

  async cancelJob(exchange) {
    const { outcome, view } = await exchange.hub.jobs.cancel(pathParameter(exchange, 'job_id'))
    return answerJob(exchange, outcome === 'canceled' ? 200 : 202, view)
  },

  async retryJob(exchange) {
    const id = pathParameter(exchange, 'job_id')
    // The job is part of the route: the same key with another job is another request.
    const options = { ...submitOptions(exchange), route: `POST /v1/jobs/${id}/retry` }
    const body = await readJson(exchange, exchange.hub.status.limits().bodyMaxBytes)
    const { seed = null } = acceptRequest(parseQuery(retryJobRequestSchema, body ?? {}))
    return answerSubmitted(exchange, await exchange.hub.jobs.retry(id, { seed }, options))
  },

  async retakeJob(exchange) {
    const { hub } = exchange
    const id = pathParameter(exchange, 'job_id')
    const options = { ...submitOptions(exchange), route: `POST /v1/jobs/${id}/retake` }
    // A job that does not exist for this caller is reported before anything that is wrong with the body.
    await hub.jobs.get(id)
    const limits = hub.status.limits()
    const body = await readJson(exchange, limits.bodyMaxBytes)
    const asked = acceptRequest(parseQuery(retakeJobRequestSchema(limits), body ?? {}))
    const { from_s: fromSeconds, seed = null, prompt = null, steps = null } = asked
    const prompts = typeof prompt === 'string' ? [prompt] : prompt
    return answerSubmitted(
      exchange,
      await hub.jobs.retake(id, { fromSeconds, seed, prompts, steps }, options),
    )
  },

  async changeJob(exchange) {
    const { hub } = exchange
    const id = pathParameter(exchange, 'job_id')
    await hub.jobs.get(id)
    const body = await readJson(exchange, hub.status.limits().bodyMaxBytes)
    const { metadata } = acceptRequest(parseQuery(changeJobRequestSchema, body ?? {}))
    return answerJob(exchange, 200, await hub.jobs.describe(id, metadata))
  },

  async keepJob(exchange) {
    return answerJob(
      exchange,
      200,
      await exchange.hub.jobs.keep(pathParameter(exchange, 'job_id'), true),
    )
  },

  async releaseJob(exchange) {
    return answerJob(
      exchange,
      200,
      await exchange.hub.jobs.keep(pathParameter(exchange, 'job_id'), false),
    )
  },

  async deleteJob(exchange) {
    await exchange.hub.jobs.delete(pathParameter(exchange, 'job_id'))
    return exchange.reply.code(204).send()
  },

  async estimateJob(exchange) {
    const { hub, caller, gone, reply } = exchange
    const body = await readJson(exchange, hub.status.limits().jobBodyMaxBytes)
    const estimate = await hub.jobs.estimate(body, { caller, signal: gone })
    return reply.send({ ...estimate, allowances: presentAllowances(exchange) })
  },
}
