// An endpoint deployed on Beam: the request goes in, and the answer returns on the same connection when the render is done. An
// endpoint does not notice that its caller is gone, and Beam keeps its answer nowhere.
import { ERROR_CODES, isRecord } from '@infinitetalk/contract/plain'
import { AppError } from '../../domain/errors.ts'
import { postPatiently } from '../../net/patient-post.ts'
import { explainAnswer, parseJson, toRequestError } from '../cloud/cloud-request.ts'
import type { CloudEndpoint } from '../cloud/cloud-service.ts'
import { createLookBack, MAX_BODY_BYTES } from './beam-service.ts'
import { createBeamVolume } from './beam-volume.ts'
import { Workspace } from './workspace.ts'

export interface BeamEndpointOptions {
  readonly gatewayUrl: string
  readonly token: string
  /** `NAME`, `NAME/v3` or `id/STUB`; null when only its URL is known. */
  readonly name: string | null
  /** The URL that calls it. */
  readonly invokeUrl: string
  readonly volume: string | null
}

/** Beam cuts every endpoint call after 600 s, whatever timeout was deployed. */
const MAX_SECONDS = 600
/** The gateway looks for a machine for this long before it gives up; the render's own time starts after that. */
const START_SECONDS = 930
const GRACE_SECONDS = 60
/** Ten minutes of video at the highest quality, as base64, stay far below. */
const MAX_ANSWER_BYTES = 256 * 1024 * 1024

/** These statuses are about the way to the handler, unless a hub behind the endpoint answers with one of its own codes. */
const OF_THE_GATEWAY: ReadonlySet<number> = new Set([401, 403, 404, 405, 413, 429, 502, 503, 504])
const REFUSED_BEFORE: ReadonlySet<number> = new Set([401, 403, 404, 405, 429])

export function createBeamEndpoint(options: BeamEndpointOptions): CloudEndpoint {
  const { gatewayUrl, token, name, invokeUrl, volume } = options
  const url = gatewayUrl.replace(/\/+$/, '')
  const address = { title: 'Beam', url, token, tokenSetting: 'BEAM_TOKEN' }
  const workspace = new Workspace(address)
  const what = name === null ? 'an endpoint there' : `the endpoint "${name}"`
  const [shortName = null] = name === null ? [] : name.split('/')
  const isNamed = shortName !== null && shortName !== 'id' && shortName !== 'public'
  return {
    title: 'Beam',
    maxSeconds: MAX_SECONDS,
    maxBodyBytes: MAX_BODY_BYTES,
    bodyBytes: (input) => Buffer.byteLength(JSON.stringify(input)),
    lookBack: createLookBack(address, workspace, isNamed ? shortName : null),
    ...(volume === null ? {} : { storage: createBeamVolume({ address, workspace, volume }) }),

    async call(input, signal) {
      const sentAtMs = performance.now()
      const answer = await post(JSON.stringify(input), signal)
      const { status, json } = answer
      const said = isRecord(json) ? json.error : undefined
      if (status < 300 && typeof said !== 'string') return ended('succeeded', json)
      const isHandlers = !OF_THE_GATEWAY.has(status) || isOfHub(status, json)
      if (typeof said === 'string' && isHandlers) return ended('failed', json)
      if (status === 429) {
        throw new AppError('queue_full', `Too many calls wait for ${what} of Beam (HTTP 429).`)
      }
      // Beam's words for a render that was cut off, and for one whose machine was lost.
      if (status === 502) throw cutOff((performance.now() - sentAtMs) / 1000)
      if (status === 504) {
        const detail = `Beam had no machine for ${what} in time (HTTP 504).`
        throw new AppError('start_deadline_passed', detail)
      }
      throw explainAnswer(address, answer, what)
    },
  }

  async function post(body: string, signal: AbortSignal) {
    try {
      const { status, text } = await postPatiently({
        url: invokeUrl,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body,
        maxBytes: MAX_ANSWER_BYTES,
        timeoutMs: (START_SECONDS + MAX_SECONDS + GRACE_SECONDS) * 1000,
        signal,
      })
      return { status, text, json: parseJson(text) }
    } catch (thrown) {
      if (thrown instanceof RangeError) {
        throw new AppError('engine_failed', `The answer of Beam has ${thrown.message}.`)
      }
      const { pathname } = new URL(invokeUrl)
      throw toRequestError(thrown, address, { method: 'POST', path: pathname, signal })
    }
  }
}

/** A failed render has its code beside the sentence; a request refused before it, such as one with a wrong token, does not. */
function isOfHub(status: number, json: unknown): boolean {
  const code = isRecord(json) ? json.code : undefined
  return !REFUSED_BEFORE.has(status) && ERROR_CODES.some((known) => known === code)
}

function ended(state: 'succeeded' | 'failed', result: unknown) {
  const times = { createdAtMs: null, startedAtMs: null, endedAtMs: null }
  const status = state === 'succeeded' ? 'COMPLETE' : 'ERROR'
  return { state, status, reason: null, times, files: [], result }
}

function cutOff(seconds: number): AppError {
  if (seconds >= MAX_SECONDS) {
    const detail = `Beam ended the render after ${MAX_SECONDS} s, as it does at every endpoint: send it to a queue.`
    return new AppError('job_timeout', detail)
  }
  const detail = `The machine of Beam was lost after ${Math.round(seconds)} s (HTTP 502); its log says why.`
  return new AppError('engine_failed', detail)
}
