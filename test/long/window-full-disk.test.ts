// A full disk at any step of a window: the hub's small disk has another amount of space left before each job, so that fetching a
// picture, encoding, storing, committing, joining and finishing are each at some time what finds none.
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { startStandIn } from '../comfyui/standin/stand-in.ts'
import { hasEnded, type JobAnswer, startWatchedHub } from '../comfyui/watched-hub.ts'
import { voiceOf } from '../support/long-voice.ts'
import { mountSmallDisk } from '../support/small-disk.ts'

const DISK = '32m'
/** Less is not enough for the inputs, more is enough for all. */
const LEAST_LEFT_KIB = 2000
const MOST_LEFT_KIB = 3600
const STEP_KIB = 40
/** Three windows. */
const SECONDS = 9

const videoOf = ({ output }: JobAnswer): string =>
  (output as unknown as { readonly video: { readonly sha256: string } }).video.sha256

it('fault 109: no space at any step of a window is told as disk_full, and the same job renders once there is space', async () => {
  const disk = await mountSmallDisk(DISK)
  const comfyui = await startStandIn({ version: '0.33.0', msPerStep: 0 })
  onTestFinished(() => comfyui.close())
  const data = join(disk.folder, 'data')
  // The guard before a submission is not what is tested here.
  const hub = await startWatchedHub(data, {
    COMFYUI_URL: comfyui.url,
    INFINITETALK_LIMIT_DISK_RESERVE_BYTES: '1',
    INFINITETALK_LIMIT_LEASE_MS: '15s',
  })
  const audio = { file_id: await hub.upload(await voiceOf(SECONDS)) }
  const request = { audio, preset: 'draft' }
  const forget = (id: string) => fetch(`${hub.url}/v1/jobs/${id}`, { method: 'DELETE' })
  const wanted = await hub.until(await hub.submit({ ...request, seed: 1 }), hasEnded)
  expect(wanted).toMatchObject({ status: 'succeeded' })
  await forget(wanted.id)

  const count = { refused: 0, failed: 0, succeeded: 0 }
  for (let leftKib = LEAST_LEFT_KIB; leftKib <= MOST_LEFT_KIB; leftKib += STEP_KIB) {
    await disk.leave(leftKib * 1024)
    const job = await hub.offer({ ...request, seed: 1 })
    if ('code' in job) {
      expect(job.code).toBe('disk_full')
      count.refused += 1
      await disk.free()
      continue
    }
    // One that could not even write down that it failed does so when there is space.
    const early = await hub.until(job.id, hasEnded, 5000).catch(() => null)
    await disk.free()
    const ended = early ?? (await hub.until(job.id, hasEnded))
    if (ended.status === 'failed') expect(ended.error?.code).toBe('disk_full')
    count[ended.status === 'failed' ? 'failed' : 'succeeded'] += 1
    if (ended.status === 'succeeded') expect(videoOf(ended)).toBe(videoOf(wanted))
    await forget(job.id)
    expect(comfyui.control.queueLength()).toBe(0)
  }
  console.log(`windows on a disk with ${LEAST_LEFT_KIB} to ${MOST_LEFT_KIB} KiB left:`, count)
  for (const some of Object.values(count)) expect(some).toBeGreaterThan(0)
  await hub.kill('SIGKILL')
  const database = new Database(join(data, 'hub.sqlite'), { fileMustExist: true })
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
  database.close()
})
