// fault 111: a hub opens a database that was changed from outside.
import { appendFile, copyFile, mkdir, writeFile } from 'node:fs/promises'
import SqliteDatabase from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { createHubBench } from '../support/hub-bench.ts'
import { createTestFolder } from '../support/test-folder.ts'

describe('fault 111: a database', () => {
  it('of a newer version is refused by name, and not touched', async () => {
    const { folder, submit, close } = await createHubBench({ works: false })
    const { job } = await submit()
    await close()
    const sqlite = new SqliteDatabase(folder.path('data/hub.sqlite'))
    const step = sqlite.prepare('insert into kysely_migration (name, timestamp) values (?, ?)')
    step.run('999-from-the-future', new Date().toISOString())
    sqlite.close()
    await expect(createHubBench({ folder })).rejects.toMatchObject({
      code: 'store_too_new',
      detail: expect.stringContaining('999-from-the-future'),
    })
    const after = new SqliteDatabase(folder.path('data/hub.sqlite'), { readonly: true })
    expect(after.prepare('select id from jobs').all()).toEqual([{ id: job.id }])
    after.close()
  })

  it('whose journal has a torn end is read up to the last whole record', async () => {
    const { folder, submit, close } = await createHubBench({ works: false })
    const { job } = await submit()
    // A copy of the file while the hub runs, with half a record after the last one.
    const copy = await createTestFolder()
    await mkdir(copy.path('data'))
    for (const name of ['hub.sqlite', 'hub.sqlite-wal']) {
      await copyFile(folder.path(`data/${name}`), copy.path(`data/${name}`))
    }
    await appendFile(copy.path('data/hub.sqlite-wal'), Buffer.alloc(1000, 7))
    await close()
    const { hub } = await createHubBench({ folder: copy, works: false })
    expect((await hub.jobs.get(job.id)).job.status).toBe('queued')
  })

  it('that is an empty file is made anew, and one that is no database is refused', async () => {
    const empty = await createTestFolder()
    await mkdir(empty.path('data'))
    await writeFile(empty.path('data/hub.sqlite'), '')
    await (await createHubBench({ folder: empty })).close()
    const rubbish = await createTestFolder()
    await mkdir(rubbish.path('data'))
    await writeFile(rubbish.path('data/hub.sqlite'), 'no database'.repeat(1000))
    await expect(createHubBench({ folder: rubbish })).rejects.toMatchObject({
      code: 'store_unavailable',
    })
  })
})
