// The API keys in the store of a hub, which may be running.
import { resolve } from 'node:path'
import { createKey, listKeys, revokeKey, rotateKey, setKeyRules } from '../app/keys/manage-keys.ts'
import type { KeyTools } from '../cli/services.ts'
import type { Config } from '../config/load-config.ts'
import { openBeside } from '../stores/open-beside.ts'
import { createIdSource } from './random-ids.ts'

/** @throws AppError `store_unavailable`, `store_too_new` */
export async function openKeyTools(config: Config): Promise<KeyTools> {
  const { dataDir, databaseUrl, apiKeys = [] } = config
  const stores = await openBeside(resolve(dataDir), databaseUrl ?? null)
  const ports = { ...stores, ids: createIdSource(Date.now), nowMs: Date.now }
  const configuredNames = apiKeys.map((entry) => entry.slice(0, entry.indexOf(':')))
  return {
    list: () => listKeys(ports),
    create: (key) => createKey({ ...key, configuredNames }, ports),
    set: (name, changes) => setKeyRules(name, changes, ports),
    rotate: (name) => rotateKey(name, ports),
    revoke: (name) => revokeKey(name, ports),
    [Symbol.asyncDispose]: () => stores[Symbol.asyncDispose](),
  }
}
