// A worker beside a hub that does not render: they share a database and a bucket, and no folder.
import { expect, it, onTestFinished } from 'vitest'
import { POSTGRES_HOW, postgresPrograms, startPostgres } from '../support/postgres-server.ts'
import { createSandbox } from '../support/run-infinitetalk.ts'
import { bucketVariables, describeS3, startS3 } from '../support/s3-server.ts'
import { createTestFolder } from '../support/test-folder.ts'
import { startTestHub } from '../support/test-hub.ts'
import { startWorker } from '../support/worker-process.ts'

describeS3('a worker', () => {
  it.skipIf(postgresPrograms() === null && process.env.INFINITETALK_TEST_ALL !== '1')(
    `renders what a hub accepts, and ends when it is asked to (needs ${POSTGRES_HOW})`,
    async () => {
      const postgres = await startPostgres()
      onTestFinished(() => postgres.stop())
      const bucket = await startS3('nanio')
      onTestFinished(() => bucket[Symbol.asyncDispose]())
      const env = {
        DATABASE_URL: await postgres.createDatabase(),
        ...bucketVariables(await bucket.createBucket()),
        INFINITETALK_LIMIT_DISK_RESERVE_BYTES: '1MB',
      }
      await using hub = await startTestHub({ env, works: false })
      const files = await createTestFolder()
      // It has the preview engine only, so the job of another engine is not its own.
      const other = await startWorker(files.path('other'), env)
      expect(other.engines).toEqual(['preview'])
      const worker = await startWorker(files.path('own'), { ...env, INFINITETALK_ENGINE: 'noop' })
      expect(worker.engines).toContain('noop')
      const id = await hub.submit()
      expect(await hub.ended(id)).toMatchObject({ status: 'succeeded', attempt: 1 })
      const video = await hub.fetch(`/v1/jobs/${id}/video`)
      expect((await video.arrayBuffer()).byteLength).toBeGreaterThan(0)
      expect(await worker.kill('SIGTERM')).toBe(0)
      expect(await other.kill('SIGTERM')).toBe(0)
    },
  )
})

it('a worker without a database says what it needs', async () => {
  await using sandbox = await createSandbox()
  const { code, stderr } = await sandbox.run(['worker'])
  expect(code).toBe(1)
  expect(stderr).toContain('DATABASE_URL')
})
