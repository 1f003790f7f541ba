// The API keys in the store of a hub, which may be running.
import { resolve } from 'node:path'
import { createKey, listKeys, revokeKey, rotateKey } from '../app/keys/manage-keys.ts'
import type { KeyTools } from '../cli/services.ts'
import type { Config } from '../config/load-config.ts'
import { openBeside } from '../stores/open-beside.ts'
import { createIdSource } from './random-ids.ts'

/** @throws AppError `store_unavailable`, `store_too_new` */
export async function openKeyTools(config: Config): Promise<KeyTools> {
  const { dataDir, databaseUrl, apiKeys = [] } = config
  const stores = await openBeside(resolve(dataDir), databaseUrl ?? null)
  const ports = { ...stores, ids: createIdSource(Date.now), nowMs: Date.now }
  const hasConfiguredKeys = apiKeys.length > 0
  return {
    list: () => listKeys(ports),
    create: (key) => createKey({ ...key, hasConfiguredKeys }, ports),
    rotate: (name) => rotateKey(name, ports),
    revoke: (name) => revokeKey(name, ports),
    [Symbol.asyncDispose]: () => stores[Symbol.asyncDispose](),
  }
}
