// All stores of one hub over one database and one folder, opened together and closed in reverse order.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { BatchStore } from '../app/ports/batch-store.ts'
import type { BlobReferences, BlobStore } from '../app/ports/blob-store.ts'
import type { DeliveryStore } from '../app/ports/delivery-store.ts'
import type { Dispatch } from '../app/ports/dispatch.ts'
import type { FileStore } from '../app/ports/file-store.ts'
import type { FrameStore } from '../app/ports/frame-store.ts'
import type { IdempotencyStore } from '../app/ports/idempotency-store.ts'
import type { JobEvents } from '../app/ports/job-events.ts'
import type { JobStore } from '../app/ports/job-store.ts'
import type { KeyStore } from '../app/ports/key-store.ts'
import type { KeyUsageStore } from '../app/ports/key-usage-store.ts'
import type { LinkKeyStore } from '../app/ports/link-key-store.ts'
import type { OwnerStore } from '../app/ports/owner-store.ts'
import type { SpeedStore } from '../app/ports/speed-store.ts'
import type { UnitOfWork } from '../app/ports/unit-of-work.ts'
import type { WindowStore } from '../app/ports/window-store.ts'
import type { WorkerStore } from '../app/ports/worker-store.ts'
import { openFolderBlobStore } from './blobs/folder-blob-store.ts'
import type { S3BlobOptions } from './blobs/s3/s3-blob-store.ts'
import { createBlobReferences } from './blobs/table-blob-references.ts'
import type { OpenedDatabase } from './database/open-database.ts'
import { openSqlite } from './database/open-sqlite.ts'
import { createTableDispatch, postgresClaims, sqliteClaims } from './dispatch/table-dispatch.ts'
import { createBatchStore } from './jobs/table-batch-store.ts'
import { createDeliveryStore } from './jobs/table-delivery-store.ts'
import { createFileStore } from './jobs/table-file-store.ts'
import { createFrameStore } from './jobs/table-frame-store.ts'
import { createIdempotencyStore } from './jobs/table-idempotency-store.ts'
import { createJobEvents } from './jobs/table-job-events.ts'
import { createJobStore } from './jobs/table-job-store.ts'
import { createKeyStore } from './jobs/table-key-store.ts'
import { createKeyUsageStore } from './jobs/table-key-usage-store.ts'
import { createLinkKeyStore } from './jobs/table-link-key-store.ts'
import { createOwnerStore } from './jobs/table-owner-store.ts'
import { createSpeedStore } from './jobs/table-speed-store.ts'
import { createWindowStore } from './jobs/table-window-store.ts'
import { createWorkerStore } from './jobs/table-worker-store.ts'

export interface Stores {
  readonly unitOfWork: UnitOfWork
  readonly jobs: JobStore
  readonly batches: BatchStore
  readonly events: JobEvents
  readonly dispatch: Dispatch
  readonly blobs: BlobStore
  readonly references: BlobReferences
  readonly files: FileStore
  readonly idempotency: IdempotencyStore
  readonly speeds: SpeedStore
  readonly windows: WindowStore
  readonly keys: KeyStore
  readonly keyUsage: KeyUsageStore
  readonly linkKeys: LinkKeyStore
  readonly owners: OwnerStore
  readonly workers: WorkerStore
  readonly frames: FrameStore
  readonly deliveries: DeliveryStore
  /** The name of this process in the stores. */
  readonly owner: string
  /** No other process uses the stores. */
  readonly exclusive: boolean
  close(): Promise<void>
}

export interface StoresOptions {
  readonly folder: string
  /** The URL of PostgreSQL; null keeps everything in the folder. */
  readonly databaseUrl: string | null
  /** The bucket of the blobs; null or absent keeps them in the folder. */
  readonly bucket?: Pick<S3BlobOptions, 's3' | 'cacheMaxBytes' | 'useMs'> | null
  readonly onTrouble: (error: Error) => void
  /** Called once for each blob whose bytes have changed on the disk. */
  readonly onDamage: (error: Error) => void
  newToken(): string
}

const BLOB_FOLDER = 'blobs'
/** Staged bytes and copies of blobs in a bucket. */
const COPIES_FOLDER = 'blob-copies'

/** @throws AppError `data_dir_busy`, `store_unavailable`, `store_too_new`, `disk_full` */
export async function openStores(options: StoresOptions): Promise<Stores> {
  const { folder, databaseUrl, onTrouble } = options
  await mkdir(folder, { recursive: true })
  const database =
    databaseUrl === null
      ? await openSqlite(folder)
      : await (await import('./database/open-postgres.ts')).openPostgres({
          url: databaseUrl,
          onTrouble,
        })
  const owner = options.newToken()
  try {
    return storesOver(database, await openBlobs(options, owner), owner)
  } catch (error) {
    await database.close()
    throw error
  }
}

/** The client of S3 is loaded only where a bucket is configured. */
export async function openBlobs(options: StoresOptions, owner: string): Promise<BlobStore> {
  const { folder, bucket = null, onDamage, newToken } = options
  const common = { owner, newToken, onDamage }
  if (bucket === null) return openFolderBlobStore({ folder: join(folder, BLOB_FOLDER), ...common })
  const { openS3BlobStore } = await import('./blobs/s3/s3-blob-store.ts')
  return openS3BlobStore({ folder: join(folder, COPIES_FOLDER), ...bucket, ...common })
}

export function storesOver(database: OpenedDatabase, blobs: BlobStore, owner: string): Stores {
  return {
    unitOfWork: database.unitOfWork,
    jobs: createJobStore(),
    batches: createBatchStore(),
    events: createJobEvents(),
    dispatch: createTableDispatch(database.exclusive ? sqliteClaims : postgresClaims),
    blobs,
    references: createBlobReferences(),
    files: createFileStore(),
    idempotency: createIdempotencyStore(),
    speeds: createSpeedStore(),
    windows: createWindowStore(),
    keys: createKeyStore(),
    keyUsage: createKeyUsageStore(),
    linkKeys: createLinkKeyStore(),
    owners: createOwnerStore(),
    workers: createWorkerStore(!database.exclusive),
    frames: createFrameStore(!database.exclusive),
    deliveries: createDeliveryStore(),
    owner,
    exclusive: database.exclusive,
    async close() {
      await blobs.close()
      await database.close()
    },
  }
}
