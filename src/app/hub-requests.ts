// Types of requests to the hub: the caller, the options, and the bytes of the answer.
import type { Readable } from 'node:stream'
import type { Sha256 } from '../domain/ids.ts'
import type { WebhookForm } from '../domain/job.ts'
import type { KeyRules } from '../domain/key-rules.ts'
import type { ByteRange } from './ports/blob-store.ts'

export interface Caller {
  /** The name of an API key, or `anonymous`. */
  readonly ownerKey: string
  /** Sees and changes the jobs and files of all keys; the others only their own. */
  readonly isAdmin: boolean
  /** Absent: everything is allowed. */
  readonly rules?: KeyRules
}

export interface SubmitOptions {
  readonly caller: Caller
  /** The value of the header; null without one. */
  readonly idempotencyKey: string | null
  /** The route, e.g. `POST /v1/jobs`; route and credential are the scope of a key. */
  readonly route: string
  /** Accepts inputs undecoded, so that the answer comes at once: the job's first step checks them. */
  readonly checkInputsLater?: boolean
  /** The body that the receiver of its webhook expects. Default: that of Standard Webhooks. */
  readonly webhookForm?: WebhookForm
  /** The address at which the caller reached the hub, without a slash at its end: links in its webhooks begin with it. */
  readonly hubUrl?: string
  readonly signal: AbortSignal
}

export interface OpenedVideo {
  readonly sha256: Sha256
  readonly bytes: number
  /** Uploaded bytes are never served as a page. */
  readonly contentType: 'video/mp4' | 'image/jpeg' | 'application/octet-stream'
  /** Null for what may be replaced within the same second. */
  readonly modifiedAtMs: number | null
  /** Names the piece of the blob that this is; absent for a whole one. */
  readonly part?: string
  /** A link to the bytes that needs no hub; absent when the hub sends them. */
  readonly link?: (disposition: string) => Promise<string>
  /** The stream closes its file when it ends or is destroyed. It is read to its end even if the job is removed meanwhile. */
  read(range?: ByteRange): Promise<Readable>
}
