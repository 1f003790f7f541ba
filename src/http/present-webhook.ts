// The body of a webhook: the event of Standard Webhooks with the job as the API shows it, or what RunPod and Beam send to a
// client of theirs. Pure. Its links are signed for each attempt: those of the first one would expire before the last one.
import type { WebhookEvent, WebhookPayload } from '@infinitetalk/contract'
import type { Delivery } from '../domain/delivery.ts'
import type { Job, WebhookForm } from '../domain/job.ts'
import { presentBeamResult } from './compat/beam-task.ts'
import { presentRunpodJob } from './compat/runpod-job.ts'
import { isoTime } from './iso-time.ts'
import { presentJob } from './present-job.ts'
import type { LinkSigner } from './signed-url.ts'

/** Standard Webhooks: "we recommend keeping the payload size below 20kb". */
const BODY_MAX_BYTES = 20_000

/** @param publicUrl of the hub, without a slash at its end; null: links begin as the submission of the job did */
export function presentWebhook(
  job: Job,
  event: WebhookEvent,
  form: WebhookForm,
  publicUrl: string | null,
): string {
  const baseUrl = publicUrl ?? job.input.webhook?.hubUrl ?? ''
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
      const timestamp = isoTime(nowMs)
      const payload: WebhookPayload = { type: event, timestamp, data }
      const body = JSON.stringify(payload)
      if (Buffer.byteLength(body) <= BODY_MAX_BYTES) return body
      // Only the prompts of a request may be long.
      return JSON.stringify({ ...payload, data: { ...data, input: {} } })
    }
  }
}

/** The body of one attempt: receivers open its links without a key. */
export function signLinks(
  { jobId, body }: Pick<Delivery, 'jobId' | 'body'>,
  signer: LinkSigner,
  nowMs: number,
): string {
  return SIGNED.reduce((text, name) => {
    const path = `/v1/jobs/${jobId}/${name}`
    // The quote ends a string of the body: within a text it would have a backslash before it.
    return text.replaceAll(`${path}"`, `${path}?${signer.sign(path, nowMs)}"`)
  }, body)
}

const SIGNED = ['video', 'stream.m3u8']
