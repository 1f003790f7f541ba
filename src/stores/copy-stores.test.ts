import { expect, it } from 'vitest'
import { createTestFolder } from '../../test/support/test-folder.ts'
import { TABLES } from './copy-stores.ts'
import { openSqlite } from './database/open-sqlite.ts'

it('copies every table but that of the processes, by its primary key', async () => {
  const folder = await createTestFolder()
  const { db, close } = await openSqlite(folder.path('.'))
  const tables = (await db.introspection.getTables()).map(({ name }) => name)
  await close()
  expect(tables.filter((name) => name !== 'owners').toSorted()).toEqual(
    TABLES.map(({ table }) => table).toSorted(),
  )
})
