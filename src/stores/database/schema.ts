// The tables, the same in SQLite and PostgreSQL: text, whole numbers and JSON kept as text. Times are milliseconds since 1970.
import type { DeliveryStatus, JobStatus, Priority, WebhookEvent } from '@infinitetalk/contract'
import type { WebhookForm } from '../../domain/job.ts'

export interface JobsTable {
  id: string
  owner_key: string
  status: JobStatus
  version: number
  attempt: number
  losses: number
  crashes: number
  engine: string
  input: string
  expected: string | null
  created_at: number
  started_at: number | null
  first_started_at: number | null
  finished_at: number | null
  expires_at: number | null
  start_deadline: number | null
  deadline: number | null
  cancel_requested_at: number | null
  progress: string | null
  stage_ms: string
  output: string | null
  error: string | null
  retry_of: string | null
  remote_render: string | null
  batch_id: string | null
  /** null for content that is not known, and in rows of older versions. */
  reuse_key: string | null
}

export interface BatchesTable {
  id: string
  owner_key: string
  name: string | null
  /** JSON: the name and the job of each item, in order. */
  items: string
  /** Jobs that have not ended. */
  unfinished: number
  created_at: number
  cancel_requested_at: number | null
  ended_at: number | null
  expires_at: number | null
}

export interface JobEventsTable {
  job_id: string
  sequence: number
  attempt: number
  at: number
  type: string
  body: string
}

/** Ids of jobs that the hub removed by itself: an answer can tell them from ids that never were. */
export interface BuriedJobsTable {
  id: string
  at: number
  /** null in rows that are older than this column: `retention`. */
  why: 'retention' | 'quota' | null
  /** null in rows that are older than this column. */
  owner_key: string | null
}

export interface ApiKeysTable {
  name: string
  hash: string
  /** 1: an admin key. */
  is_admin: number
  created_at: number
  revoked_at: number | null
  /** With commas. */
  scopes: string
  max_priority: Priority
  max_running: number | null
  requests_per_minute: number | null
  video_seconds_per_day: number | null
  weight: number
}

/** How much a key used of the present minute or day. */
export interface KeyUsageTable {
  key: string
  kind: 'requests' | 'video'
  /** Start of the minute or day. */
  starts_at: number
  used: number
}

export interface DispatchTable {
  job_id: string
  /** Empty in entries of older versions: any worker takes them. */
  engine: string
  /** Empty in entries of older versions, and of engines whose workers can all render every job. */
  need: string
  /** Entries with 0 are delivered first. */
  rank: number
  concurrency_key: string
  available_at: number
  enqueued_at: number
  /** 0: waits. 1: is leased. */
  leased: number
  token: string | null
  worker_id: string | null
  beat: number
  /** Virtual time at which it is its turn; entries of one rank are delivered in this order. */
  turn: number
  /** By how much it delays the next turn of its key. */
  charge: number
}

/** The virtual time of each rank: the turn of the entry that was delivered last. */
export interface DispatchTurnsTable {
  rank: number
  turn: number
}

/** Number of entries of each key, kept beside the entries because counting 100,000 rows is slow. */
export interface DispatchLoadsTable {
  concurrency_key: string
  entries: number
  leased: number
  /** End of the turn that was delivered last. */
  served_until: number
}

export interface BlobsTable {
  sha256: string
  /** Every transaction that adds or forgets a reference writes this, so that the two wait for each other. */
  touched: number
}

export interface BlobReferencesTable {
  sha256: string
  holder_kind: 'job' | 'file' | 'hold'
  holder_id: string
}

export interface FilesTable {
  id: string
  owner_key: string
  filename: string | null
  content_type: string | null
  created_at: number
  expires_at: number
  sha256: string | null
  /** While `sha256` is null: as announced. */
  bytes: number | null
}

export interface IdempotencyTable {
  scope: string
  key: string
  fingerprint: string
  /** The job or batch that the request made. */
  job_id: string | null
  reserved_by: string
  expires_at: number
}

export interface SpeedsTable {
  engine: string
  width: number
  height: number
  seconds_per_unit: number
  setup_seconds: number
  samples: number
  /** JSON; null in rows of older versions. */
  recent: string | null
}

/** Processes that use the store. */
export interface OwnersTable {
  id: string
  beat: number
}

/** Each process that renders reports itself here; `id` is its owner. */
export interface WorkersTable {
  id: string
  name: string
  version: string
  /** JSON */
  engines: string
  /** JSON */
  gpus: string
  running: number
  max_running: number
  started_at: number
  draining: number
}

/** The latest picture of each render. */
export interface JobFramesTable {
  job_id: string
  attempt: number
  tag: string
  jpeg: Uint8Array
}

/** This table has one row. */
export interface LinkKeyTable {
  id: number
  secret: string
}

export interface JobWindowsTable {
  job_id: string
  number: number
  attempt: number
  first_frame: number
  frames: number
  length: number
  seed: number
  backend: string
  render_seconds: number
  segment_sha256: string
  segment_bytes: number
  handover_sha256: string | null
  handover_bytes: number | null
  lead_sha256: string | null
  lead_bytes: number | null
}

export interface JobSoundsTable {
  job_id: string
  sha256: string
  bytes: number
}

export interface DeliveriesTable {
  id: string
  job_id: string
  owner_key: string
  event: WebhookEvent
  form: WebhookForm
  url: string
  /** The host of the URL, with its port. */
  host: string
  /** null: signed with the secrets of the hub. */
  signer: string | null
  body: string
  status: DeliveryStatus
  created_at: number
  next_at: number | null
  /** The process that makes an attempt; null between attempts. */
  claimed_by: string | null
  failures: number
  /** JSON */
  attempts: string
}

export interface Schema {
  jobs: JobsTable
  batches: BatchesTable
  job_events: JobEventsTable
  job_windows: JobWindowsTable
  job_sounds: JobSoundsTable
  buried_jobs: BuriedJobsTable
  api_keys: ApiKeysTable
  key_usage: KeyUsageTable
  dispatch: DispatchTable
  dispatch_loads: DispatchLoadsTable
  dispatch_turns: DispatchTurnsTable
  blobs: BlobsTable
  blob_references: BlobReferencesTable
  files: FilesTable
  idempotency: IdempotencyTable
  speeds: SpeedsTable
  link_key: LinkKeyTable
  owners: OwnersTable
  workers: WorkersTable
  job_frames: JobFramesTable
  deliveries: DeliveriesTable
}
