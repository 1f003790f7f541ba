// The host that serves models, and who may see the token: Hugging Face or the configured mirror, over an encrypted connection, and
// no host that it redirects to.
import type { ModelSource } from '@infinitetalk/contract'
import { AppError } from '../domain/errors.ts'

export interface ModelHosts {
  /** Hugging Face, or a mirror with the same API. */
  readonly endpoint: URL
  /** HF_TOKEN; null for none. */
  readonly token: string | null
}

const HUGGING_FACE = 'https://huggingface.co'

/** @throws AppError `config_invalid` */
export function modelHosts(endpoint: string | undefined, token: string | undefined): ModelHosts {
  const url = URL.parse(endpoint ?? HUGGING_FACE)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new AppError('config_invalid', `HF_ENDPOINT is not an http or https URL: "${endpoint}".`)
  }
  return { endpoint: url, token: token ?? null }
}

export function sourceUrl(source: ModelSource, { endpoint }: ModelHosts): URL {
  if ('url' in source) return new URL(source.url)
  const base = endpoint.href.replace(/\/+$/, '')
  const path = source.path.split('/').map(encodeURIComponent).join('/')
  return new URL(`${base}/${source.repo}/resolve/${encodeURIComponent(source.revision)}/${path}`)
}

/** The header with the token, for this URL only. */
export function authorisation(url: URL, { endpoint, token }: ModelHosts): Record<string, string> {
  const isPrivate = url.protocol === 'https:' || isLoopback(url.hostname)
  const isHome = url.origin === endpoint.origin && isPrivate
  return token !== null && isHome ? { authorization: `Bearer ${token}` } : {}
}

/** The URL for messages and records: without the query, which may be a signature, and without credentials. */
export function plainUrl(url: URL): string {
  return `${url.origin}${url.pathname}`
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}
