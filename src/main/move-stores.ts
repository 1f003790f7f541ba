// Moves all jobs, files and keys between the embedded store and the shared one of the configuration.
import { resolve } from 'node:path'
import type { MoveRequest } from '../cli/services.ts'
import type { Config } from '../config/load-config.ts'
import { AppError } from '../domain/errors.ts'
import { type CopyProgress, copyStores } from '../stores/copy-stores.ts'
import { openPairs } from '../stores/open-pairs.ts'
import { bucketOf } from './bucket-of.ts'
import { createIdSource } from './random-ids.ts'

/** @throws AppError `config_invalid`, `data_dir_busy`, `store_in_use`, `store_unavailable`, `store_too_new`, `blob_damaged` */
export async function moveStores(
  { back, signal, onProgress }: MoveRequest,
  config: Config,
): Promise<CopyProgress> {
  const { databaseUrl } = config
  if (databaseUrl === undefined) {
    throw new AppError('config_invalid', 'Set DATABASE_URL, the database to move to or from.')
  }
  const options = {
    ...{ folder: resolve(config.dataDir), databaseUrl, bucket: bucketOf(config) },
    ...{ onTrouble: () => {}, onDamage: () => {} },
    newToken: createIdSource(Date.now).newToken,
  }
  await using pairs = await openPairs(options, signal)
  const { embedded, shared } = pairs
  const [from, to] = back ? [shared, embedded] : [embedded, shared]
  return await copyStores(from, to, { signal, onProgress })
}
