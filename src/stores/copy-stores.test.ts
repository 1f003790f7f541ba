import { expect, it } from 'vitest'
import { createTestFolder } from '../../test/support/test-folder.ts'
import { TABLES } from './copy-stores.ts'
import { openSqlite } from './database/open-sqlite.ts'

/** Their rows live no longer than a process. */
const PASSING = new Set(['owners', 'workers', 'job_frames'])

it('copies every table but those of the processes, by its primary key', async () => {
  const folder = await createTestFolder()
  const { db, close } = await openSqlite(folder.path('.'))
  const tables = (await db.introspection.getTables()).map(({ name }) => name)
  await close()
  expect(tables.filter((name) => !PASSING.has(name)).toSorted()).toEqual(
    TABLES.map(({ table }) => table).toSorted(),
  )
})
