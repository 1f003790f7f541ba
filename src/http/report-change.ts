// Reports who changed what: one audit event for each request that changed something, with the name of the key and the job or file.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Observer } from '../app/ports/observer.ts'
import { ANONYMOUS } from './api-keys.ts'

/** Operations that change nothing, although their method is not GET. */
const READING: ReadonlySet<string> = new Set([
  'estimateJob',
  'listFaces',
  'speakText',
  'beamWarmUp',
  'mcp',
  'describeUploads',
  // One line at the start of an upload is enough.
  'appendUpload',
])

export function reportChange(
  request: FastifyRequest,
  reply: FastifyReply,
  observer: Observer,
): void {
  const { method, caller, jobId, fileId, id: requestId } = request
  const action = request.routeOptions.config.operationId
  if (action === undefined || method === 'GET' || method === 'HEAD') return
  if (READING.has(action) || reply.statusCode >= 400) return
  const params = request.params as Readonly<Record<string, string>>
  const target = jobId ?? fileId ?? params.job_id ?? params.batch_id ?? params.file_id ?? null
  const { ownerKey: key } = caller ?? ANONYMOUS
  observer.observe({ type: 'audit', key, action, target, requestId })
}
