// RunPod's serverless endpoints over HTTP: /run takes the render, /status reports it, /cancel ends it. There is no list of jobs
// and no push: a request with a lost answer cannot be looked up, and the end of a job is found by polling.
import { isRecord } from '@infinitetalk/contract/plain'
import { AppError, toAppError } from '../../domain/errors.ts'
import { ask, type CloudAddress, explainAnswer } from '../cloud/cloud-request.ts'
import type { CloudInput, CloudService } from '../cloud/cloud-service.ts'
import { readJob } from './runpod-jobs.ts'

export interface RunpodOptions {
  /** https://api.runpod.ai/v2, or a server with the same API. */
  readonly url: string
  readonly apiKey: string
  readonly endpointId: string
}

/** The limit of /run, minus a little for the text around the input. */
const MAX_BODY_BYTES = 10_000_000
const HEALTH_MS = 5000

export function createRunpodService({ url, apiKey, endpointId }: RunpodOptions): CloudService {
  const base = `${url.replace(/\/+$/, '')}/${encodeURIComponent(endpointId)}`
  const address: CloudAddress = {
    title: 'RunPod',
    url: base,
    token: apiKey,
    tokenSetting: 'RUNPOD_API_KEY',
  }
  const endpoint = `the endpoint ${endpointId}`
  return {
    engine: 'runpod',
    title: 'RunPod',
    backend: base,
    maxBodyBytes: MAX_BODY_BYTES,
    whenTooLarge: 'Ask for a shorter or smaller video, or use an engine that takes larger inputs.',
    bodyBytes: (input) => Buffer.byteLength(bodyOf(input)),

    async health(signal) {
      try {
        const answer = await ask(address, { path: '/health', signal, timeoutMs: HEALTH_MS })
        return answer.status === 200 ? null : explainAnswer(address, answer, endpoint).detail
      } catch (thrown) {
        return toAppError(thrown).detail
      }
    },

    async submit(input, timeoutMs) {
      const signal = AbortSignal.any([])
      const request = {
        method: 'POST',
        path: '/run',
        body: bodyOf(input),
        signal,
        timeoutMs,
      } as const
      const answer = await ask(address, request)
      const id = isRecord(answer.json) ? answer.json.id : null
      if (answer.status === 200 && typeof id === 'string' && id !== '') return id
      if (answer.status === 429) {
        throw new AppError('queue_full', `RunPod accepts no more jobs at the moment (HTTP 429).`)
      }
      throw explainAnswer(address, answer, endpoint)
    },

    async look(id, signal) {
      const answer = await ask(address, { path: `/status/${encodeURIComponent(id)}`, signal })
      if (answer.status === 404) return null
      const job = answer.status === 200 ? readJob(answer.json) : null
      if (job !== null) return job
      if (answer.status !== 200) throw explainAnswer(address, answer, `the job ${id}`)
      throw new AppError('engine_unreachable', `The server at ${url} is not RunPod.`)
    },

    async cancel(id, signal) {
      const path = `/cancel/${encodeURIComponent(id)}`
      const answer = await ask(address, { method: 'POST', path, signal })
      if (answer.status !== 200 && answer.status !== 404) {
        throw explainAnswer(address, answer, `the job ${id}`)
      }
    },
  }
}

function bodyOf(input: CloudInput): string {
  return JSON.stringify({ input })
}
