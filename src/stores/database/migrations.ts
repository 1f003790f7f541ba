// The steps that make and change the tables, in order. A released step is never edited; a new step follows it.
import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { addBatches } from './add-batches.ts'
import { addKeyRules } from './add-key-rules.ts'

export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '001-jobs': { up: createTables },
  '002-remote-renders': { up: addRemoteRenders },
  '003-link-key': { up: createLinkKey },
  '003-owners': { up: createOwners },
  '004-removals': { up: addRemovals },
  '005-job-windows': { up: createJobWindows },
  '006-api-keys': { up: createApiKeys },
  '007-recent-times': { up: addRecentTimes },
  '007-rules-of-keys': { up: addKeyRules },
  '008-job-sounds': { up: createJobSounds },
  '009-deliveries': { up: createDeliveries },
  '009-reuse': { up: addReuse },
  '010-batches': { up: addBatches },
  '010-engines-of-entries': { up: addEnginesOfEntries },
  '011-leads': { up: addLeads },
  '011-reservations': { up: indexReservations },
  '012-workers': { up: createWorkers },
  '013-frames': { up: createFrames },
  '014-expired-keys': { up: indexExpiredKeys },
  '015-needs-of-entries': { up: addNeedsOfEntries },
}

async function createTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('jobs')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('owner_key', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('version', 'bigint', (column) => column.notNull())
    .addColumn('attempt', 'integer', (column) => column.notNull())
    .addColumn('losses', 'integer', (column) => column.notNull())
    .addColumn('crashes', 'integer', (column) => column.notNull())
    .addColumn('engine', 'text', (column) => column.notNull())
    .addColumn('input', 'text', (column) => column.notNull())
    .addColumn('expected', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('started_at', 'bigint')
    .addColumn('first_started_at', 'bigint')
    .addColumn('finished_at', 'bigint')
    .addColumn('expires_at', 'bigint')
    .addColumn('start_deadline', 'bigint')
    .addColumn('deadline', 'bigint')
    .addColumn('cancel_requested_at', 'bigint')
    .addColumn('progress', 'text')
    .addColumn('stage_ms', 'text', (column) => column.notNull())
    .addColumn('output', 'text')
    .addColumn('error', 'text')
    .addColumn('retry_of', 'text')
    .execute()
  await db.schema.createIndex('jobs_by_status').on('jobs').columns(['status', 'id']).execute()
  await createPartialIndexes(db)
  await db.schema
    .createTable('job_events')
    .addColumn('job_id', 'text', (column) => column.notNull())
    .addColumn('sequence', 'bigint', (column) => column.notNull())
    .addColumn('attempt', 'integer', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('job_events_key', ['job_id', 'sequence'])
    .execute()
  await db.schema
    .createTable('buried_jobs')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute()
  await createDispatch(db)
  await createBlobsAndFiles(db)
  await db.schema
    .createTable('idempotency')
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('job_id', 'text')
    .addColumn('reserved_by', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('idempotency_key', ['scope', 'key'])
    .execute()
  await db.schema
    .createTable('speeds')
    .addColumn('engine', 'text', (column) => column.notNull())
    .addColumn('width', 'integer', (column) => column.notNull())
    .addColumn('height', 'integer', (column) => column.notNull())
    .addColumn('seconds_per_unit', 'double precision', (column) => column.notNull())
    .addColumn('setup_seconds', 'double precision', (column) => column.notNull())
    .addColumn('samples', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('speeds_key', ['engine', 'width', 'height'])
    .execute()
}

/** Sweeps look for a few rows among many; these indexes hold only rows that a sweep can match. */
async function createPartialIndexes(db: Kysely<unknown>): Promise<void> {
  await sql`create index jobs_by_deadline on jobs (deadline) where finished_at is null`.execute(db)
  await sql`create index jobs_by_start_deadline on jobs (start_deadline)
    where finished_at is null and attempt = 0 and start_deadline is not null`.execute(db)
  await sql`create index jobs_by_expiry on jobs (expires_at) where expires_at is not null`.execute(
    db,
  )
  await sql`create index jobs_by_end on jobs (finished_at) where finished_at is not null`.execute(
    db,
  )
}

async function createDispatch(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('dispatch')
    .addColumn('job_id', 'text', (column) => column.primaryKey())
    .addColumn('rank', 'integer', (column) => column.notNull())
    .addColumn('concurrency_key', 'text', (column) => column.notNull())
    .addColumn('available_at', 'bigint', (column) => column.notNull())
    .addColumn('enqueued_at', 'bigint', (column) => column.notNull())
    .addColumn('leased', 'integer', (column) => column.notNull())
    .addColumn('token', 'text')
    .addColumn('worker_id', 'text')
    .addColumn('beat', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('dispatch_in_order')
    .on('dispatch')
    .columns(['leased', 'rank', 'job_id'])
    .execute()
  await db.schema
    .createIndex('dispatch_by_age')
    .on('dispatch')
    .columns(['leased', 'enqueued_at'])
    .execute()
  await db.schema
    .createTable('dispatch_loads')
    .addColumn('concurrency_key', 'text', (column) => column.primaryKey())
    .addColumn('entries', 'bigint', (column) => column.notNull())
    .addColumn('leased', 'bigint', (column) => column.notNull())
    .execute()
}

async function createBlobsAndFiles(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('blobs')
    .addColumn('sha256', 'text', (column) => column.primaryKey())
    .addColumn('touched', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('blob_references')
    .addColumn('sha256', 'text', (column) => column.notNull())
    .addColumn('holder_kind', 'text', (column) => column.notNull())
    .addColumn('holder_id', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('blob_references_key', ['holder_kind', 'holder_id', 'sha256'])
    .execute()
  await db.schema
    .createIndex('blob_references_by_blob')
    .on('blob_references')
    .column('sha256')
    .execute()
  await db.schema
    .createTable('files')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('owner_key', 'text', (column) => column.notNull())
    .addColumn('filename', 'text')
    .addColumn('content_type', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('sha256', 'text')
    .addColumn('bytes', 'bigint')
    .execute()
  await db.schema.createIndex('files_by_expiry').on('files').column('expires_at').execute()
}

async function addRemoteRenders(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('jobs').addColumn('remote_render', 'text').execute()
  await sql`create index jobs_by_remote_render on jobs (id)
    where remote_render is not null and finished_at is not null`.execute(db)
}

async function createLinkKey(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('link_key')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('secret', 'text', (column) => column.notNull())
    .execute()
}

async function createOwners(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('owners')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('beat', 'bigint', (column) => column.notNull())
    .execute()
}

/** Why a job is gone, and the keys that go with it. */
async function addRemovals(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('buried_jobs').addColumn('why', 'text').execute()
  await sql`create index idempotency_by_job on idempotency (job_id) where job_id is not null`.execute(
    db,
  )
}

async function createJobWindows(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('job_windows')
    .addColumn('job_id', 'text', (column) => column.notNull())
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('attempt', 'integer', (column) => column.notNull())
    .addColumn('first_frame', 'integer', (column) => column.notNull())
    .addColumn('frames', 'integer', (column) => column.notNull())
    .addColumn('length', 'integer', (column) => column.notNull())
    .addColumn('seed', 'bigint', (column) => column.notNull())
    .addColumn('backend', 'text', (column) => column.notNull())
    .addColumn('render_seconds', 'double precision', (column) => column.notNull())
    .addColumn('segment_sha256', 'text', (column) => column.notNull())
    .addColumn('segment_bytes', 'bigint', (column) => column.notNull())
    .addColumn('handover_sha256', 'text')
    .addColumn('handover_bytes', 'bigint')
    .addPrimaryKeyConstraint('job_windows_key', ['job_id', 'number'])
    .execute()
}

async function createApiKeys(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('api_keys')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('is_admin', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('revoked_at', 'bigint')
    .execute()
  await db.schema.alterTable('buried_jobs').addColumn('owner_key', 'text').execute()
  await db.schema.createIndex('jobs_by_owner').on('jobs').columns(['owner_key', 'id']).execute()
}

/** How long each of the newest renders took, as JSON. */
async function addRecentTimes(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('speeds').addColumn('recent', 'text').execute()
}

async function createJobSounds(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('job_sounds')
    .addColumn('job_id', 'text', (column) => column.primaryKey())
    .addColumn('sha256', 'text', (column) => column.notNull())
    .addColumn('bytes', 'bigint', (column) => column.notNull())
    .execute()
}

async function createDeliveries(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('deliveries')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('job_id', 'text', (column) => column.notNull())
    .addColumn('owner_key', 'text', (column) => column.notNull())
    .addColumn('event', 'text', (column) => column.notNull())
    .addColumn('form', 'text', (column) => column.notNull())
    .addColumn('url', 'text', (column) => column.notNull())
    .addColumn('host', 'text', (column) => column.notNull())
    .addColumn('signer', 'text')
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('next_at', 'bigint')
    .addColumn('claimed_by', 'text')
    .addColumn('failures', 'integer', (column) => column.notNull())
    .addColumn('attempts', 'text', (column) => column.notNull())
    .execute()
  await sql`create index deliveries_by_time on deliveries (next_at) where status = 'pending'`.execute(
    db,
  )
  await db.schema.createIndex('deliveries_by_job').on('deliveries').column('job_id').execute()
  await db.schema
    .createIndex('deliveries_by_owner')
    .on('deliveries')
    .columns(['owner_key', 'status', 'id'])
    .execute()
  await db.schema.createIndex('deliveries_by_age').on('deliveries').column('created_at').execute()
}

async function addReuse(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('jobs').addColumn('reuse_key', 'text').execute()
  await sql`create index jobs_by_reuse on jobs (owner_key, reuse_key) where reuse_key is not null`.execute(
    db,
  )
}

/** Without it a sweep reads the keys of all jobs of the last day. */
async function indexExpiredKeys(db: Kysely<unknown>): Promise<void> {
  await sql`create index idempotency_by_expiry on idempotency (expires_at)`.execute(db)
}

async function createFrames(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('job_frames')
    .addColumn('job_id', 'text', (column) => column.primaryKey())
    .addColumn('attempt', 'integer', (column) => column.notNull())
    .addColumn('tag', 'text', (column) => column.notNull())
    .addColumn('jpeg', 'bytea', (column) => column.notNull())
    .execute()
}

async function createWorkers(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('workers')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('version', 'text', (column) => column.notNull())
    .addColumn('engines', 'text', (column) => column.notNull())
    .addColumn('gpus', 'text', (column) => column.notNull())
    .addColumn('running', 'integer', (column) => column.notNull())
    .addColumn('max_running', 'integer', (column) => column.notNull())
    .addColumn('started_at', 'bigint', (column) => column.notNull())
    .addColumn('draining', 'integer', (column) => column.notNull())
    .execute()
}

async function indexReservations(db: Kysely<unknown>): Promise<void> {
  await sql`create index idempotency_reservations on idempotency (reserved_by)
    where job_id is null`.execute(db)
}

/** A hub of the previous version that still runs writes entries without an engine. */
async function addEnginesOfEntries(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('dispatch')
    .addColumn('engine', 'text', (column) => column.notNull().defaultTo(''))
    .execute()
  await sql`update dispatch set engine =
    coalesce((select jobs.engine from jobs where jobs.id = dispatch.job_id), '')`.execute(db)
  await db.schema
    .createIndex('dispatch_by_engine')
    .on('dispatch')
    .columns(['engine', 'leased', 'rank', 'turn', 'job_id'])
    .execute()
}

/** The index of engines goes: workers of the previous version find their jobs by the order of turns while they are replaced. */
async function addNeedsOfEntries(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('dispatch')
    .addColumn('need', 'text', (column) => column.notNull().defaultTo(''))
    .execute()
  await db.schema
    .createIndex('dispatch_by_need')
    .on('dispatch')
    .columns(['engine', 'need', 'leased', 'rank', 'turn', 'job_id'])
    .execute()
  await db.schema.dropIndex('dispatch_by_engine').execute()
}

async function addLeads(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('job_windows').addColumn('lead_sha256', 'text').execute()
  await db.schema.alterTable('job_windows').addColumn('lead_bytes', 'bigint').execute()
}
