// The body of a webhook: the event of Standard Webhooks with the job as the API shows it, or what RunPod and Beam send to a
// client of theirs. Pure. Links need the API key of the reader: a signed link would expire before the last attempt.
import type { WebhookEvent, WebhookPayload } from '@infinitetalk/contract'
import type { Job, WebhookForm } from '../domain/job.ts'
import { presentBeamResult } from './compat/beam-task.ts'
import { presentRunpodJob } from './compat/runpod-job.ts'
import { presentJob } from './present-job.ts'

/** Standard Webhooks: "we recommend keeping the payload size below 20kb". */
const BODY_MAX_BYTES = 20_000

/** @param baseUrl of the hub, without a slash at its end; empty when it has no public one */
export function presentWebhook(
  job: Job,
  event: WebhookEvent,
  form: WebhookForm,
  baseUrl: string,
): string {
  const nowMs = job.finishedAtMs ?? job.createdAtMs
  const view = {
    job,
    queuePosition: null,
    etaSeconds: null,
    etaRange: null,
    waitingReason: null,
    nowMs,
  }
  const videoUrl = `${baseUrl}/v1/jobs/${job.id}/video`
  switch (form) {
    case 'runpod':
      return JSON.stringify(presentRunpodJob(view, videoUrl))
    case 'beam':
      return JSON.stringify({ data: presentBeamResult(job, videoUrl) })
    case 'standard': {
      const data = presentJob(view, baseUrl)
      const timestamp = new Date(nowMs).toISOString()
      const payload: WebhookPayload = { type: event, timestamp, data }
      const body = JSON.stringify(payload)
      if (Buffer.byteLength(body) <= BODY_MAX_BYTES) return body
      // Only the prompts of a request may be long.
      return JSON.stringify({ ...payload, data: { ...data, input: {} } })
    }
  }
}
