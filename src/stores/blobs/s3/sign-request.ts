// Signs requests to S3 with AWS Signature Version 4. The hash of the body is part of the signature, so a body that changes on its
// way is rejected by the service.
import { createHash } from 'node:crypto'
import { AwsV4Signer } from 'aws4fetch'
import { type S3Options, urlOf } from './s3-options.ts'

export interface RequestToSign {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  readonly key: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /** The hash of the body, when it is known. */
  readonly sha256?: string
}

export interface SignedRequest {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
}

const EMPTY = createHash('sha256').digest('hex')

export async function signRequest(
  request: RequestToSign,
  options: S3Options,
  nowMs: number,
): Promise<SignedRequest> {
  const { method, key, query = {}, headers = {}, body, sha256 } = request
  const url = urlOf(options, key)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  const hash = sha256 ?? (body === undefined ? EMPTY : hashOf(body))
  const signer = new AwsV4Signer({
    ...credentialsOf(options),
    url: url.href,
    method,
    headers: { ...headers, 'x-amz-content-sha256': hash },
    datetime: dateOf(nowMs),
  })
  const signed = await signer.sign()
  return { url: signed.url, headers: Object.fromEntries(signed.headers) }
}

export interface LinkToSign {
  readonly key: string
  readonly query: Readonly<Record<string, string>>
  readonly seconds: number
}

/** @returns a URL that opens the object for a while, for any client */
export function signLink(link: LinkToSign, options: S3Options, nowMs: number): Promise<string> {
  return presign({ method: 'GET', headers: {}, ...link }, options, nowMs)
}

export interface UploadToSign {
  readonly key: string
  readonly bytes: number
  readonly seconds: number
}

/** @returns a URL that stores an object of exactly so many bytes for a while, for any client */
export function signUpload(
  { key, bytes, seconds }: UploadToSign,
  options: S3Options,
  nowMs: number,
): Promise<string> {
  const headers = { 'content-length': String(bytes) }
  return presign({ method: 'PUT', key, query: {}, headers, seconds }, options, nowMs)
}

interface RequestToPresign extends LinkToSign {
  readonly method: 'GET' | 'PUT'
  /** The request must have them, just so. */
  readonly headers: Readonly<Record<string, string>>
}

async function presign(
  { method, key, query, headers, seconds }: RequestToPresign,
  options: S3Options,
  nowMs: number,
): Promise<string> {
  const url = urlOf(options, key, options.publicEndpoint)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  url.searchParams.set('X-Amz-Expires', String(seconds))
  const signer = new AwsV4Signer({
    ...credentialsOf(options),
    ...{ url: url.href, method, headers, datetime: dateOf(nowMs) },
    signQuery: true,
    allHeaders: true,
  })
  // URLSearchParams writes a space as +, which not every service reads as a space.
  return (await signer.sign()).url.href.replaceAll('+', '%20')
}

function credentialsOf({ accessKeyId, secretAccessKey, sessionToken, region }: S3Options) {
  const token = sessionToken === null ? {} : { sessionToken }
  return { accessKeyId, secretAccessKey, ...token, region, service: 's3' }
}

function hashOf(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex')
}

/** 20261130T235959Z */
function dateOf(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/[:-]|\.\d{3}/g, '')
}
