// Names of things that are stored. A UUID of version 7 (RFC 9562) begins with its time, so that ids sort by age and new rows
// go to the end of their index; the prefix says to a person what it names.
import {
  BATCH_ID_PATTERN,
  DELIVERY_ID_PATTERN,
  FILE_ID_PATTERN,
  JOB_ID_PATTERN,
} from '@infinitetalk/contract/plain'

declare const brand: unique symbol
export type JobId = string & { readonly [brand]: 'JobId' }
export type BatchId = string & { readonly [brand]: 'BatchId' }
export type DeliveryId = string & { readonly [brand]: 'DeliveryId' }
export type FileId = string & { readonly [brand]: 'FileId' }
/** SHA-256 of content, lower-case hex: the name of a blob. */
export type Sha256 = string & { readonly [brand]: 'Sha256' }

const RANDOM_BYTES = 10

/** @param random at least 10 random bytes */
export function jobIdOf(epochMs: number, random: Uint8Array): JobId {
  return `job_${uuidV7(epochMs, random)}` as JobId
}

/** @param random at least 10 random bytes */
export function batchIdOf(epochMs: number, random: Uint8Array): BatchId {
  return `batch_${uuidV7(epochMs, random)}` as BatchId
}

/** @param random at least 10 random bytes */
export function fileIdOf(epochMs: number, random: Uint8Array): FileId {
  return `file_${uuidV7(epochMs, random)}` as FileId
}

/** @param random at least 10 random bytes */
export function deliveryIdOf(epochMs: number, random: Uint8Array): DeliveryId {
  return `msg_${uuidV7(epochMs, random)}` as DeliveryId
}

export function parseDeliveryId(text: string): DeliveryId | null {
  return DELIVERY_ID_PATTERN.test(text) ? (text as DeliveryId) : null
}

/** null for a text that cannot be a job's id: such a job does not exist. */
export function parseJobId(text: string): JobId | null {
  return JOB_ID_PATTERN.test(text) ? (text as JobId) : null
}

export function parseBatchId(text: string): BatchId | null {
  return BATCH_ID_PATTERN.test(text) ? (text as BatchId) : null
}

export function parseFileId(text: string): FileId | null {
  return FILE_ID_PATTERN.test(text) ? (text as FileId) : null
}

export function parseSha256(text: string): Sha256 | null {
  return /^[0-9a-f]{64}$/.test(text) ? (text as Sha256) : null
}

/** 48 bits of milliseconds, then the version, 12 random bits, the variant and 62 random bits. */
function uuidV7(epochMs: number, random: Uint8Array): string {
  if (random.length < RANDOM_BYTES) throw new RangeError(`${RANDOM_BYTES} random bytes are needed.`)
  const time = Math.max(0, Math.floor(epochMs)).toString(16).padStart(12, '0').slice(-12)
  const bytes = Uint8Array.from(random.subarray(0, RANDOM_BYTES))
  bytes[0] = (bytes[0]! & 0x0f) | 0x70
  bytes[2] = (bytes[2]! & 0x3f) | 0x80
  const rest = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [
    time.slice(0, 8),
    time.slice(8),
    rest.slice(0, 4),
    rest.slice(4, 8),
    rest.slice(8, 20),
  ].join('-')
}
