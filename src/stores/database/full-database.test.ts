// SQLite without free space reports disk_full, writes nothing by halves, and works again once there is space.
import { existsSync } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { createTestFolder } from '../../../test/support/test-folder.ts'
import { executorOf } from './executor.ts'
import { openSqlite } from './open-sqlite.ts'

it('14.1: on a full disk makes room for the transaction that makes room, and takes it back later', async () => {
  const folder = (await createTestFolder()).path('data')
  await mkdir(folder)
  const spare = join(folder, 'hub.spare')
  const { db, unitOfWork, close } = await openSqlite(folder)
  onTestFinished(close)
  await sql`create table rooms (content text)`.execute(db)
  const spareBytes = (await stat(spare)).size
  expect(spareBytes).toBeGreaterThan(1_000_000)
  await sql`pragma max_page_count = 40`.execute(db)
  const turns: boolean[] = []
  await unitOfWork.free(async (transaction) => {
    const executor = executorOf(transaction)
    turns.push(existsSync(spare))
    // The disk has as much more room as the spare file had.
    if (!existsSync(spare)) await sql`pragma max_page_count = 1000000`.execute(executor)
    await sql`insert into rooms values (${'x'.repeat(1_000_000)})`.execute(executor)
  })
  expect(turns).toEqual([true, false])
  expect(existsSync(spare)).toBe(false)
  await unitOfWork.free(async (transaction) => {
    await sql`delete from rooms`.execute(executorOf(transaction))
  })
  expect((await stat(spare)).size).toBe(spareBytes)
})

it('fault 109: a database without space reports disk_full, rolls the transaction back, and works again later', async () => {
  const folder = (await createTestFolder()).path('data')
  await mkdir(folder)
  const { db, unitOfWork, close } = await openSqlite(folder)
  onTestFinished(close)
  await sql`create table rooms (content text)`.execute(db)
  const fill = (characters: number): Promise<void> =>
    unitOfWork.write(async (transaction) => {
      const executor = executorOf(transaction)
      await sql`insert into rooms values ('first')`.execute(executor)
      await sql`insert into rooms values (${'x'.repeat(characters)})`.execute(executor)
    })
  const count = async (): Promise<unknown> =>
    (await sql<{ rows: number }>`select count(*) as rows from rooms`.execute(db)).rows[0]?.rows

  await sql`pragma max_page_count = 40`.execute(db)
  await expect(fill(1_000_000)).rejects.toMatchObject({ code: 'disk_full' })
  expect(await count()).toBe(0)
  await sql`pragma max_page_count = 1000000`.execute(db)
  await fill(1_000_000)
  expect(await count()).toBe(2)
})
