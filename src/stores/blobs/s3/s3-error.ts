// Translates what S3 refuses into the errors of the hub, and decides which answers are worth a retry.
import { AppError } from '../../../domain/errors.ts'

export interface S3Refusal {
  readonly status: number
  /** The code in S3's answer; null when the answer has none, as that of HEAD. */
  readonly code: string | null
  readonly message: string | null
}

/** Codes of full disks and quotas: those of MinIO, Ceph, Garage and others. */
const FULL =
  /^(XMinioStorageFull|QuotaExceeded|InsufficientStorage|EntityTooLarge|ServiceQuotaExceeded|StorageFull)/
const LATER = new Set([
  'SlowDown',
  'RequestTimeout',
  'InternalError',
  'ServiceUnavailable',
  'OperationAborted',
  'BadDigest',
])
const LATER_STATUS = new Set([408, 429, 500, 502, 503, 504])

/** The service is busy, or lost a part of the request. */
export function mayRetry({ status, code }: S3Refusal): boolean {
  if (code !== null && FULL.test(code)) return false
  return LATER_STATUS.has(status) || (code !== null && LATER.has(code))
}

export function toS3Error(refusal: S3Refusal, bucket: string): AppError {
  const { status, code, message } = refusal
  const said = [code ?? `status ${status}`, message].filter((part) => part !== null).join(': ')
  if (status === 507 || (code !== null && FULL.test(code))) {
    return new AppError('disk_full', `The bucket "${bucket}" accepts no more bytes (${said}).`)
  }
  return away(`${reasonOf(refusal, bucket)} (${said}).`)
}

export function s3Unreachable(endpoint: string, cause: unknown): AppError {
  const { code, name = 'error' } = (cause ?? {}) as NodeJS.ErrnoException
  const host = new URL(endpoint).host
  return away(`The bucket at "${host}" (S3_ENDPOINT) cannot be reached (${code ?? name}).`, cause)
}

export function away(detail: string, cause?: unknown): AppError {
  return new AppError('store_unavailable', detail, { cause })
}

function reasonOf({ status, code }: S3Refusal, bucket: string): string {
  if (code === 'NoSuchBucket') return `There is no bucket "${bucket}" (S3_BUCKET)`
  if (code === 'RequestTimeTooSkewed') return 'The clock of this machine is wrong'
  if (code === 'SignatureDoesNotMatch') return 'The key S3_SECRET_ACCESS_KEY or S3_REGION is wrong'
  if (code === 'InvalidAccessKeyId') return 'The key S3_ACCESS_KEY_ID is unknown'
  if (code === 'ExpiredToken') return 'The token S3_SESSION_TOKEN has expired'
  if (status === 301 || status === 307 || code === 'AuthorizationHeaderMalformed') {
    return `The bucket "${bucket}" is in another region (S3_REGION) or behind another S3_ENDPOINT`
  }
  if (status === 403) return `The key S3_ACCESS_KEY_ID may not do this in the bucket "${bucket}"`
  if (status === 404) return `There is no bucket "${bucket}" (S3_BUCKET) at this S3_ENDPOINT`
  return `The bucket "${bucket}" does not work`
}
