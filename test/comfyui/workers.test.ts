// Two workers of one database, each beside a ComfyUI of its own: a job goes to the one that has its workflow.
import { expect, it, onTestFinished } from 'vitest'
import { POSTGRES_HOW, postgresPrograms, startPostgres } from '../support/postgres-server.ts'
import { bucketVariables, describeS3, startS3 } from '../support/s3-server.ts'
import { createTestFolder } from '../support/test-folder.ts'
import { startWorker } from '../support/worker-process.ts'
import { type StandIn, type StandInOptions, startStandIn } from './standin/stand-in.ts'
import { DEADLINE_MS, hasEnded, startWatchedHub } from './watched-hub.ts'

async function openStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const comfyui = await startStandIn(options)
  onTestFinished(() => comfyui.close())
  return comfyui
}

describeS3('two workers with a ComfyUI each', () => {
  it.skipIf(postgresPrograms() === null && process.env.INFINITETALK_TEST_ALL !== '1')(
    `render the jobs whose workflow they have; one that none has waits and says so (needs ${POSTGRES_HOW})`,
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
      const whole = await openStandIn()
      const plain = await openStandIn({
        // It has ComfyUI's own nodes for windows.
        version: '0.33.0',
        editObjectInfo: (info) => void delete info.WanVideoSampler,
      })
      const files = await createTestFolder()
      const settings = { ...env, COMFYUI_URL: whole.url }
      const hub = await startWatchedHub(files.path('hub'), settings, ['--no-worker'])
      await startWorker(files.path('plain'), { ...env, COMFYUI_URL: plain.url })
      const named = await hub.submit({ workflow: 'I2V_single' })
      const open = await hub.submit()
      expect(await hub.until(open, hasEnded)).toMatchObject({ status: 'succeeded', attempt: 1 })

      expect(await hub.get(named)).toMatchObject({
        status: 'queued',
        attempt: 0,
        waiting_reason: expect.stringMatching(
          /^No running worker has the workflow "I2V_single"\. \S+: .*WanVideoSampler/,
        ),
      })
      const workers = JSON.parse(await hub.read('/v1/workers'))
      const [{ workflows }] = workers.data[0].engines
      expect(workflows).toContainEqual({ name: 'I2V_window', ready: true, detail: null })
      expect(workflows).toContainEqual(
        expect.objectContaining({ name: 'I2V_single', ready: false }),
      )

      await startWorker(files.path('whole'), { ...env, COMFYUI_URL: whole.url })
      expect(await hub.until(named, hasEnded)).toMatchObject({ status: 'succeeded', attempt: 1 })
      expect(whole.count('POST', '/prompt')).toBe(1)
    },
    DEADLINE_MS,
  )
})
