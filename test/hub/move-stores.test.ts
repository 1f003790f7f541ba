// A hub that moves from its data folder to PostgreSQL and a bucket, and back.
import { cp } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load-config.ts'
import { examineStores } from '../../src/doctor/examine-stores.ts'
import { composeExamination } from '../../src/main/compose-doctor.ts'
import { moveStores } from '../../src/main/move-stores.ts'
import { type PostgresServer, postgresPrograms, startPostgres } from '../support/postgres-server.ts'
import { bucketVariables, describeS3, type S3Server, startS3 } from '../support/s3-server.ts'
import { createTestFolder } from '../support/test-folder.ts'
import { startTestHub } from '../support/test-hub.ts'
import { sumsOf } from '../support/video-sums.ts'

const never = new AbortController().signal

describeS3('a move of the stores', () => {
  let postgres: PostgresServer
  let bucket: S3Server
  beforeAll(async () => {
    if (postgresPrograms() === null) return
    postgres = await startPostgres()
    bucket = await startS3('nanio')
  })
  afterAll(async () => {
    postgres?.stop()
    await bucket?.[Symbol.asyncDispose]()
  })

  it.skipIf(postgresPrograms() === null && process.env.INFINITETALK_TEST_ALL !== '1')(
    'loses no job and no video, resumes after an interruption, follows deletions, and goes back',
    async () => {
      const files = await createTestFolder()
      const [first, back] = [files.path('first'), files.path('back')]
      const shared = {
        DATABASE_URL: await postgres.createDatabase(),
        ...bucketVariables(await bucket.createBucket()),
      }
      const ids: string[] = []
      let sums: readonly string[] = []
      {
        await using hub = await startTestHub({ env: { INFINITETALK_DATA_DIR: files.path('old') } })
        for (let count = 0; count < 3; count += 1) ids.push(await hub.submit())
        for (const id of ids) await hub.ended(id)
        sums = await sumsOf(hub, ids)
        await hub.hub.stop()
        await cp(files.path('old'), first, { recursive: true })
      }
      const interrupted = new AbortController()
      const move = (dataDir: string, isBack: boolean, signal: AbortSignal, onProgress = () => {}) =>
        moveStores(
          { settings: {}, back: isBack, signal, onProgress },
          loadConfig({ env: { ...shared, INFINITETALK_DATA_DIR: dataDir } }),
        )
      const reason = new Error('interrupted')
      const cut = move(first, false, interrupted.signal, () => interrupted.abort(reason))
      await expect(cut).rejects.toBe(reason)
      expect((await move(first, false, never)).rows).toBeGreaterThan(ids.length)
      const [removed] = ids.splice(0, 1)
      sums = sums.slice(1)
      {
        await using hub = await startTestHub({ env: { INFINITETALK_DATA_DIR: first } })
        expect((await hub.fetch(`/v1/jobs/${removed}`, { method: 'DELETE' })).status).toBe(204)
      }
      await move(first, false, never)
      {
        await using hub = await startTestHub({ env: shared })
        // A hub makes itself known some moments after it has started.
        await expect
          .poll(() => findingsOf(shared))
          .toMatchObject([
            { subject: 'Database', state: 'ok' },
            {
              subject: 'Worker',
              state: 'ok',
              detail: expect.stringContaining('noop: it renders 0 of'),
            },
            { subject: 'Bucket', state: 'ok' },
          ])
        expect(await sumsOf(hub, ids)).toEqual(sums)
        // It was deleted at the source after the first copy.
        expect((await hub.fetch(`/v1/jobs/${removed}`)).status).toBe(404)
        const running = move(first, false, never)
        await expect(running).rejects.toMatchObject({ code: 'store_in_use' })
        ids.push(await hub.submit())
        await hub.ended(ids.at(-1)!)
        sums = await sumsOf(hub, ids)
      }
      await expect(move(first, false, never)).rejects.toMatchObject({ code: 'store_in_use' })
      await move(back, true, never)
      const wrong = { ...shared, S3_SECRET_ACCESS_KEY: 'another' }
      await expect
        .poll(() => findingsOf(wrong))
        .toMatchObject([
          { subject: 'Database', state: 'ok' },
          {
            subject: 'Workers',
            state: 'warning',
            advice: expect.stringContaining('infinitetalk worker'),
          },
          { subject: 'Bucket', state: 'missing' },
        ])
      await using hub = await startTestHub({ env: { INFINITETALK_DATA_DIR: back } })
      expect(await sumsOf(hub, ids)).toEqual(sums)
    },
  )
})

/** Findings of the doctor about the database, its workers and the bucket. */
function findingsOf(env: Readonly<Record<string, string>>) {
  return examineStores(composeExamination({ config: loadConfig({ env }), env: {}, signal: never }))
}
