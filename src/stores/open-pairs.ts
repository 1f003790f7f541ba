// Opens both stores of a move: the embedded one (SQLite and a folder) and the shared one (PostgreSQL, and a bucket if there is one).
import { mkdir } from 'node:fs/promises'
import { pause } from '../async/pause.ts'
import { AppError } from '../domain/errors.ts'
import type { StorePair } from './copy-stores.ts'
import type { Executor } from './database/executor.ts'
import { openPostgres } from './database/open-postgres.ts'
import { openSqlite } from './database/open-sqlite.ts'
import { COPY_MARK } from './jobs/table-owner-store.ts'
import { openBlobs, type StoresOptions } from './open-stores.ts'

export interface StorePairs extends AsyncDisposable {
  readonly embedded: StorePair
  readonly shared: StorePair
}

/** A hub sends a heartbeat every 5 s, on a busy machine a few seconds late. Without one for so long it is gone. */
const GONE_AFTER_MS = 15_000
const LOOK_EVERY_MS = 1000

/** @throws AppError `data_dir_busy`, `store_in_use`, `store_unavailable`, `store_too_new` */
export async function openPairs(
  options: StoresOptions & { readonly databaseUrl: string },
  signal: AbortSignal,
): Promise<StorePairs> {
  const { folder, databaseUrl, bucket = null, onTrouble, newToken } = options
  await mkdir(folder, { recursive: true })
  await using opened = new AsyncDisposableStack()
  const embedded = await openSqlite(folder)
  opened.defer(() => embedded.close())
  const shared = await openPostgres({ url: databaseUrl, onTrouble })
  opened.defer(() => shared.close())
  await refuseLiveHubs(shared.db, signal)
  const owner = newToken()
  const folderBlobs = await openBlobs({ ...options, bucket: null }, owner)
  const sharedBlobs = bucket === null ? folderBlobs : await openBlobs(options, owner)
  opened.defer(() => sharedBlobs.close())
  const resources = opened.move()
  return {
    embedded: { db: embedded.db, blobs: folderBlobs },
    shared: { db: shared.db, blobs: sharedBlobs },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

/** A hub that works meanwhile would change what is copied. The lock of the folder keeps one off the embedded store. */
async function refuseLiveHubs(db: Executor, signal: AbortSignal): Promise<void> {
  const processes = db.selectFrom('owners').selectAll().where('id', '!=', COPY_MARK)
  const beats = async () => new Map((await processes.execute()).map(({ id, beat }) => [id, beat]))
  const before = await beats()
  if (before.size === 0) return
  for (let waited = 0; waited < GONE_AFTER_MS; waited += LOOK_EVERY_MS) {
    await pause(LOOK_EVERY_MS, signal)
    for (const [id, beat] of await beats()) {
      if (before.get(id) === beat) continue
      throw new AppError('store_in_use', 'A hub or a worker still uses DATABASE_URL.')
    }
  }
}
