// A render of 40 windows through which 30 kills go: at random moments the hub that accepted it, the hub that renders it or one of two
// ComfyUIs is gone. The video is the very one of a render that nothing disturbed.
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seededRandom } from '../../src/engines/preview/speech/seeded-random.ts'
import { frameHashes } from '../comfyui/media-facts.ts'
import { startStandInProcess } from '../comfyui/stand-in-process.ts'
import { hasEnded, startWatchedHub, type WatchedHub } from '../comfyui/watched-hub.ts'
import { voiceOf } from '../support/long-voice.ts'
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts'
import { createTestFolder } from '../support/test-folder.ts'

const WINDOWS = 40
const FRAMES = 81 + 72 * (WINDOWS - 1)
const KILLS = 30
const TIMEOUT_MS = 3_600_000
/** Four steps of a window. */
const SPEED = { msPerStep: 250 }
/** From the moment that the render is as far as it should be to its kill: anywhere in a window or the next one. */
const LONGEST_PEACE_MS = 2000
/** Some kills hit what still recovers from the previous one. */
const WHILE_RECOVERING = 0.2
const DOWN_MS = 500

const VICTIMS = ['door', 'worker', 'ComfyUI'] as const

let postgres: PostgresServer
beforeAll(async () => {
  postgres = await startPostgres()
}, 60_000)
afterAll(() => postgres.stop())

interface WindowedJob {
  readonly status: string
  readonly error: unknown
  readonly attempt: number
  readonly step?: { readonly window?: number } | null
  readonly output: {
    readonly video: { readonly sha256: string; readonly frames: number }
    readonly windows: { readonly needed: number; readonly rendered: number }
  } | null
}

const request = async () => ({
  audio: { base64: (await voiceOf(FRAMES / 25)).toString('base64') },
  seed: 42,
  preset: 'draft',
})

async function download(hub: WatchedHub, id: string, path: string): Promise<string> {
  const video = await fetch(`${hub.url}/v1/jobs/${id}/video`)
  await pipeline(Readable.fromWeb(video.body as never), createWriteStream(path))
  return path
}

describe('a render of 40 windows', () => {
  it(
    'is the same to the frame after 30 kills of its hubs and ComfyUIs',
    async () => {
      const folder = await createTestFolder()
      const servers = [
        await startStandInProcess(folder, 'one', { speed: SPEED }),
        await startStandInProcess(folder, 'other', { speed: SPEED }),
      ]
      const settings = (database: string) => ({
        COMFYUI_URL: servers.map(({ url }) => url).join(','),
        DATABASE_URL: database,
        INFINITETALK_LIMIT_LEASE_MS: '5s',
      })
      const calm = await startWatchedHub(
        folder.path('calm'),
        settings(await postgres.createDatabase()),
      )
      const calmId = await calm.submit(await request())
      const calmJob = (await calm.until(calmId, hasEnded, TIMEOUT_MS)) as unknown as WindowedJob
      expect(calmJob).toMatchObject({
        status: 'succeeded',
        output: { windows: { needed: WINDOWS, rendered: WINDOWS } },
      })
      const wanted = await frameHashes(await download(calm, calmId, folder.path('calm.mp4')))
      expect(wanted).toHaveLength(FRAMES)
      await calm.kill('SIGKILL')

      const database = await postgres.createDatabase()
      const data = folder.path('data')
      const openDoor = () => startWatchedHub(data, settings(database), ['--no-worker'])
      const openWorker = () => startWatchedHub(data, settings(database))
      let door = await openDoor()
      let worker = await openWorker()
      const id = await door.submit(await request())

      const random = seededRandom(40)
      const killed: Record<(typeof VICTIMS)[number], number> = { door: 0, worker: 0, ComfyUI: 0 }
      let kills = 0
      while (kills < KILLS) {
        const from = 1 + Math.floor((kills * (WINDOWS - 3)) / KILLS)
        const isFar = ({ status, step }: WindowedJob) =>
          hasEnded({ status }) || (step?.window ?? 0) >= from
        if (random() >= WHILE_RECOVERING) {
          await door.until(id, (job) => isFar(job as unknown as WindowedJob), TIMEOUT_MS)
        }
        await sleep(random() * LONGEST_PEACE_MS)
        if (hasEnded(await door.get(id))) break
        const victim = VICTIMS[Math.floor(random() * VICTIMS.length)]!
        if (victim === 'door') {
          await door.kill('SIGKILL')
          door = await openDoor()
        } else if (victim === 'worker') {
          await worker.kill('SIGKILL')
          worker = await openWorker()
        } else {
          const server = servers[Math.floor(random() * servers.length)]!
          await server.kill()
          await sleep(DOWN_MS)
          await server.start()
        }
        killed[victim] += 1
        kills += 1
      }
      const job = (await door.until(id, hasEnded, TIMEOUT_MS)) as unknown as WindowedJob
      console.log({ kills, killed, attempts: job.attempt, windows: job.output?.windows })
      expect(job).toMatchObject({ status: 'succeeded', error: null })
      expect(kills).toBe(KILLS)
      const { video, windows } = job.output!
      expect(video.frames).toBe(FRAMES)
      expect(windows.needed).toBe(WINDOWS)
      expect(windows.rendered).toBeLessThanOrEqual(WINDOWS + KILLS)
      expect(await frameHashes(await download(door, id, folder.path('killed.mp4')))).toEqual(wanted)
      expect(video.sha256).toBe(calmJob.output!.video.sha256)
    },
    TIMEOUT_MS,
  )
})
