// Replaces the key of signed links in the store of a hub. The hub may be running.
import { resolve } from 'node:path'
import { rotateLinkKey } from '../app/link-key.ts'
import type { Config } from '../config/load-config.ts'
import { openBeside } from '../stores/open-beside.ts'
import { createIdSource } from './random-ids.ts'

/** @throws AppError `store_unavailable`, `store_too_new` */
export async function rotateStoredLinkKey({ dataDir, databaseUrl }: Config): Promise<void> {
  await using stores = await openBeside(resolve(dataDir), databaseUrl ?? null)
  await rotateLinkKey({ ...stores, ids: createIdSource(Date.now) })
}
