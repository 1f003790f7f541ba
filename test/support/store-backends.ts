// Every database that the hub supports, for suites that promise the same of each.
import { join } from 'node:path'
import { describe, onTestFinished } from 'vitest'
import { openStores, type Stores } from '../../src/stores/open-stores.ts'
import { describePostgres } from './postgres-server.ts'
import { createTestFolder } from './test-folder.ts'

/** Stores over a fresh database and folder; `again` opens the same ones once more, as another hub would. */
export interface StoreBench extends Stores {
  again(): Promise<Stores>
}

export type OpenStores = () => Promise<StoreBench>

/** Runs a suite over each database; where PostgreSQL is absent it says so, and fails if nothing may be skipped. */
export function describeStores(name: string, suite: (open: OpenStores) => void): void {
  describe(`${name} on SQLite`, () => suite(() => openOver(null)))
  describePostgres(`${name} on PostgreSQL`, (server) => {
    suite(async () => openOver(await server.createDatabase()))
  })
}

async function openOver(databaseUrl: string | null): Promise<StoreBench> {
  const folder = await createTestFolder()
  let tokens = 0
  const open = async (): Promise<Stores> => {
    const stores = await openStores({
      folder: join(folder.path('data')),
      databaseUrl,
      onTrouble: (error) => {
        throw error
      },
      onDamage: () => {},
      newToken: () => {
        tokens += 1
        return `token-${tokens}`
      },
    })
    onTestFinished(() => stores.close())
    return stores
  }
  return { ...(await open()), again: open }
}
