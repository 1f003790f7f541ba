// Looks a model up without its body: its size, its expected hash (Hugging Face sends both on the redirect), and the address that
// serves it now. That address may carry a signature that expires; then it is looked up again.
import type { IncomingHttpHeaders } from 'node:http'
import type { ModelEntry } from '@infinitetalk/contract'
import { pause } from '../async/pause.ts'
import { AppError, toAppError } from '../domain/errors.ts'
import type { DownloadClient, DownloadResponse } from '../net/download-client.ts'
import { retryAfterMs } from '../net/retry-after.ts'
import type { DownloadPolicy } from './download-policy.ts'
import { authorisation, type ModelHosts, plainUrl, sourceUrl } from './model-hosts.ts'

export interface LocatedSource {
  /** The URL of the manifest, without query: a half-received file is recorded under it. */
  readonly source: string
  /** The current address of the bytes. */
  readonly bodyUrl: URL
  readonly bytes: number
  /** The hash that the source reports; null when it reports none. */
  readonly sha256: string | null
}

export interface LocatePorts {
  readonly client: DownloadClient
  readonly hosts: ModelHosts
  readonly policy: DownloadPolicy
  onWait(model: string, detail: string, waitMs: number): void
}

const MAX_HOPS = 8
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
/** Statuses of servers that serve GET only, or sign an address for GET only. */
const NO_HEAD: ReadonlySet<number> = new Set([400, 403, 405, 501])

/** @throws AppError `model_gated`, `model_download_failed`, `canceled` */
export async function locateSource(
  model: ModelEntry,
  ports: LocatePorts,
  signal: AbortSignal,
): Promise<LocatedSource> {
  const { policy } = ports
  for (let failures = 1; ; failures += 1) {
    const found = await tryToLocate(model, ports, signal)
    if ('bodyUrl' in found) return found
    const waitMs = found.waitMs ?? policy.backoffMs(failures)
    if (failures >= policy.lookUpAttempts || waitMs > policy.longestPauseMs) {
      throw new AppError('model_download_failed', `${model.file}: ${found.detail}`, {
        cause: found.cause,
      })
    }
    ports.onWait(model.name, found.detail, waitMs)
    await pause(waitMs, signal)
  }
}

/** A retry may help in a moment. */
interface Trouble {
  readonly detail: string
  readonly cause: unknown
  /** The pause that the server asked for; null when it asked for none. */
  readonly waitMs: number | null
}

async function tryToLocate(
  model: ModelEntry,
  ports: LocatePorts,
  signal: AbortSignal,
): Promise<LocatedSource | Trouble> {
  let url = sourceUrl(model.source, ports.hosts)
  const source = plainUrl(url)
  let method: 'HEAD' | 'GET' = 'HEAD'
  let facts: LinkedFacts = { bytes: null, sha256: null }
  for (let hop = 0; hop <= MAX_HOPS; hop += 1) {
    let answer: DownloadResponse
    try {
      answer = await ask(url, method, ports, signal)
      answer.discard()
    } catch (thrown) {
      const error = toAppError(thrown)
      if (error.code === 'canceled') throw error
      return { detail: error.detail, cause: error, waitMs: null }
    }
    const { status, headers } = answer
    facts = { ...facts, ...linkedFacts(headers) }
    if (REDIRECTS.has(status)) {
      const target = redirectTarget(url, headers, model)
      // The size is known, and the redirect leads to a store of bodies: it knows nothing more.
      if (facts.bytes !== null && target.origin !== url.origin) {
        return { source, bodyUrl: target, bytes: facts.bytes, sha256: facts.sha256 }
      }
      url = target
      continue
    }
    if (status === 200 || status === 206) {
      const bytes = facts.bytes ?? bodySize(headers, status)
      if (bytes !== null) return { source, bodyUrl: url, bytes, sha256: facts.sha256 }
    }
    const isHome = url.origin === ports.hosts.endpoint.origin
    if (status === 429 || status === 408 || status >= 500) {
      if (status !== 501) return busy(url, status, headers)
    }
    if (method === 'HEAD' && (status < 300 || (NO_HEAD.has(status) && !isHome))) {
      method = 'GET'
      continue
    }
    throw refusal(model, url, answer, ports.hosts)
  }
  throw new AppError('model_download_failed', `${model.file}: "${url.host}" redirects too often.`)
}

function ask(url: URL, method: 'HEAD' | 'GET', ports: LocatePorts, signal: AbortSignal) {
  const { idleTimeoutMs } = ports.policy
  const range: Record<string, string> = method === 'GET' ? { range: 'bytes=0-0' } : {}
  return ports.client.send({
    url,
    method,
    headers: { ...range, ...authorisation(url, ports.hosts) },
    times: { totalMs: 2 * idleTimeoutMs, idleMs: idleTimeoutMs },
    signal,
  })
}

interface LinkedFacts {
  readonly bytes: number | null
  readonly sha256: string | null
}

/** A hop replaces only what it reports itself. */
function linkedFacts(headers: IncomingHttpHeaders): Partial<LinkedFacts> {
  const bytes = wholeNumber(headers['x-linked-size'])
  const sha256 = /^"?([0-9a-f]{64})"?$/.exec(String(headers['x-linked-etag'] ?? ''))?.[1]
  return { ...(bytes === null ? {} : { bytes }), ...(sha256 === undefined ? {} : { sha256 }) }
}

function bodySize(headers: IncomingHttpHeaders, status: number): number | null {
  if (status === 200) return wholeNumber(headers['content-length'])
  return wholeNumber(/\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1])
}

function wholeNumber(text: string | string[] | undefined): number | null {
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : null
}

/** The target of a redirect. @throws AppError `model_download_failed` for anything but http(s), or from https to http */
export function redirectTarget(from: URL, headers: IncomingHttpHeaders, model: ModelEntry): URL {
  const target = URL.parse(String(headers.location ?? ''), from.href)
  const allowed = from.protocol === 'https:' ? ['https:'] : ['https:', 'http:']
  if (headers.location !== undefined && target !== null && allowed.includes(target.protocol)) {
    return target
  }
  const detail = `${model.file}: "${from.host}" redirects to an address that may not be followed.`
  throw new AppError('model_download_failed', detail)
}

function busy(url: URL, status: number, headers: IncomingHttpHeaders): Trouble {
  const detail = `"${url.host}" answered with status ${status}.`
  return { detail, cause: undefined, waitMs: retryAfterMs(headers) }
}

function refusal(
  model: ModelEntry,
  url: URL,
  { status, headers }: DownloadResponse,
  { endpoint, token }: ModelHosts,
): AppError {
  const isHome = url.origin === endpoint.origin
  if ((status === 401 || status === 403) && isHome) {
    const name = 'repo' in model.source ? model.source.repo : plainUrl(url)
    const shown = token === null ? 'HF_TOKEN is not set' : 'the token in HF_TOKEN is not enough'
    const reason = errorCode(headers)
    const detail = `"${url.host}" refuses ${model.file} of ${name} (status ${status}${reason}): ${shown}.`
    return new AppError('model_gated', detail, { meta: { model: model.name, status } })
  }
  const why = status < 300 ? 'does not say how large it is' : `answered with status ${status}`
  const detail = `${model.file}: "${url.host}" ${why}${errorCode(headers)} (${plainUrl(url)}).`
  return new AppError('model_download_failed', detail, { meta: { model: model.name, status } })
}

/** Hugging Face names the reason in one word, e.g. GatedRepo. */
function errorCode(headers: IncomingHttpHeaders): string {
  const code = String(headers['x-error-code'] ?? '')
  return /^[A-Za-z]{1,40}$/.test(code) ? `, ${code}` : ''
}
