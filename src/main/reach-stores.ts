// The database and the bucket of the configuration, as the doctor tries them.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { Config } from '../config/load-config.ts'
import { AppError } from '../domain/errors.ts'
import type { WorkerStatus } from '../domain/worker-status.ts'
import { openBeside } from '../stores/open-beside.ts'
import { openBlobs } from '../stores/open-stores.ts'
import { bucketOf } from './bucket-of.ts'
import { createIdSource } from './random-ids.ts'

/** @throws AppError `store_unavailable`, `store_too_new` */
export async function livingWorkers(config: Config): Promise<readonly WorkerStatus[]> {
  await using stores = await openBeside(resolve(config.dataDir), config.databaseUrl ?? null)
  return await stores.unitOfWork.read((tx) => stores.workers.living(tx))
}

/** @throws AppError `config_invalid`, `store_unavailable`, `disk_full`, `blob_damaged` */
export async function tryBucket(config: Config, signal: AbortSignal): Promise<void> {
  const bucket = bucketOf(config)
  if (bucket === null) {
    throw new AppError(
      'config_invalid',
      'S3_BUCKET needs S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY.',
    )
  }
  const { newToken } = createIdSource(Date.now)
  const folder = await mkdtemp(join(tmpdir(), 'infinitetalk-doctor-'))
  await using opened = new AsyncDisposableStack()
  opened.defer(() => rm(folder, { recursive: true, force: true }))
  const ignore = (): void => {}
  const open = async (machine: string) => {
    const blobs = await openBlobs(
      {
        ...{ folder: join(folder, machine), databaseUrl: null, bucket, newToken },
        ...{ onTrouble: ignore, onDamage: ignore },
      },
      newToken(),
    )
    opened.defer(() => blobs.close())
    return blobs
  }
  const blobs = await open('writer')
  // The writer has a copy and would not ask the bucket.
  const reader = await open('reader')
  // No file of a user has this content.
  const content = Buffer.from(`infinitetalk doctor ${newToken()}`)
  const staged = await blobs.stage(Readable.from([content]), { maxBytes: content.length, signal })
  try {
    await staged.publish()
    await buffer(await reader.read(staged.sha256))
  } catch (error) {
    // Its own failure says less than that of the bucket.
    await blobs.remove(staged.sha256).catch(ignore)
    throw error
  }
  await blobs.remove(staged.sha256)
}
