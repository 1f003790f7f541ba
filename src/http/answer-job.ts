// A job as an answer, with its ETag, links for browsers and Retry-After.
import type { JobResource } from '@infinitetalk/contract'
import type { FastifyReply } from 'fastify'
import type { JobView, SubmittedJob } from '../app/hub.ts'
import { isTerminal } from '../domain/job.ts'
import type { Exchange } from './exchange.ts'
import { headerOf, waitSignal } from './exchange.ts'
import { parsePrefer } from './prefer.ts'
import { presentJob } from './present-job.ts'
import { signedPath } from './signed-url.ts'

const RETRY_AFTER_MAX_S = 30

export function jobResource(exchange: Exchange, view: JobView): JobResource {
  const resource = presentJob(view, exchange.baseUrl)
  const { output } = resource
  const urls = { ...resource.urls, stream: linkTo('stream.m3u8', exchange, view) }
  if (output === null) return { ...resource, urls }
  const url = videoUrl(exchange, view)
  return { ...resource, urls, output: { ...output, video: { ...output.video, url } } }
}

export function videoUrl(exchange: Exchange, view: JobView): string {
  return linkTo('video', exchange, view)
}

/** With API keys the link is signed, because a <video> sends no header. */
function linkTo(name: string, exchange: Exchange, { job }: JobView): string {
  return `${exchange.baseUrl}${signedPath(`/v1/jobs/${job.id}/${name}`, exchange)}`
}

export function answerJob(exchange: Exchange, status: 200 | 202, view: JobView): FastifyReply {
  const { request, reply } = exchange
  request.jobId = view.job.id
  reply.code(status).header('etag', etagOf(view)).header('cache-control', 'no-cache')
  if (status === 202) reply.header('retry-after', lookAgainAfterS(view))
  return reply.send(jobResource(exchange, view))
}

/** Waits for a new job as long as the caller prefers, unless too many callers wait. @throws AppError as `waitForEnd` */
export async function answerSubmitted(
  exchange: Exchange,
  { view, replayed }: SubmittedJob,
): Promise<FastifyReply> {
  const { reply, hub, baseUrl, waits } = exchange
  const { waitMs, applied } = parsePrefer(headerOf(exchange, 'prefer'))
  if (applied !== null) reply.header('preference-applied', applied)
  if (replayed) reply.header('idempotent-replayed', 'true')
  reply.header('location', `${baseUrl}/v1/jobs/${view.job.id}`)
  const signal = waitSignal(exchange)
  const isWaiting = waitMs > 0 && waits.tryTake(reply)
  const now = isWaiting ? await hub.jobs.waitForEnd(view.job.id, { waitMs, signal }) : view
  return answerJob(exchange, isTerminal(now.job.status) ? 200 : 202, now)
}

/** Weak, because times relative to now differ with every reading. */
export function etagOf({ job, queuePosition }: JobView): string {
  return `W/"${job.version}-${queuePosition ?? 0}"`
}

/** The version in an ETag of this hub, or null. */
export function versionIn(etag: string | undefined): number | null {
  const [, version] = /^W\/"(\d{1,15})-\d+"$/.exec(etag ?? '') ?? []
  return version === undefined ? null : Number(version)
}

function lookAgainAfterS({ etaSeconds }: JobView): number {
  return Math.min(Math.max(1, Math.ceil(etaSeconds ?? 1)), RETRY_AFTER_MAX_S)
}
