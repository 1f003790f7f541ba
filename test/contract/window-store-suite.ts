// Finished windows of jobs.
import { expect, it } from 'vitest'
import type { KeptWindow } from '../../src/app/ports/window-store.ts'
import type { Sha256 } from '../../src/domain/ids.ts'
import { sampleJob } from '../support/sample-job.ts'
import type { OpenStores } from '../support/store-backends.ts'

const sha = (digit: string): Sha256 => digit.repeat(64) as Sha256

const WINDOW: KeptWindow = {
  number: 1,
  firstFrame: 0,
  frames: 81,
  length: 81,
  seed: 2 ** 53 - 1,
  backend: 'http://gpu:8188',
  renderSeconds: 61.25,
  segment: { sha256: sha('a'), bytes: 2 ** 33 },
  handover: { sha256: sha('b'), bytes: 5 },
  lead: null,
  attempt: 1,
}

export function windowStoreSuite(open: OpenStores): void {
  it('give back the windows of a job in order, every member of them, and of no other job', async () => {
    const { unitOfWork, windows } = await open()
    const last = { ...WINDOW, number: 10, firstFrame: 81, handover: null }
    const between = { ...WINDOW, number: 2, lead: { sha256: sha('d'), bytes: 2 ** 33 } }
    await unitOfWork.write(async (tx) => {
      for (const window of [last, between, WINDOW]) await windows.put(tx, sampleJob(1).id, window)
    })
    await unitOfWork.read(async (tx) => {
      expect(await windows.ofJob(tx, sampleJob(1).id)).toEqual([WINDOW, between, last])
      expect(await windows.ofJob(tx, sampleJob(2).id)).toEqual([])
    })
  })

  it('copy windows of a job to another one, which numbers them anew and keeps them when the first is deleted', async () => {
    const { unitOfWork, windows } = await open()
    const [from, to] = [sampleJob(1).id, sampleJob(2).id]
    const second = { ...WINDOW, number: 7, handover: null, attempt: 3 }
    await unitOfWork.write(async (tx) => {
      for (const window of [WINDOW, { ...WINDOW, number: 3 }, second, { ...WINDOW, number: 9 }]) {
        await windows.put(tx, from, window)
      }
      await windows.copy(tx, { from, to, numbers: [1, 7] })
      await windows.deleteAll(tx, from)
      expect(await windows.ofJob(tx, to)).toEqual([
        { ...WINDOW, attempt: 0 },
        { ...second, number: 2, attempt: 0 },
      ])
    })
  })

  it('give back the sound of a job, copy it to another one, and delete it with the windows', async () => {
    const { unitOfWork, windows } = await open()
    const [from, to] = [sampleJob(1).id, sampleJob(2).id]
    const sound = { sha256: sha('c'), bytes: 2 ** 33 }
    await unitOfWork.write(async (tx) => {
      expect(await windows.soundOf(tx, from)).toBeNull()
      await windows.copy(tx, { from, to, numbers: [] })
      expect(await windows.soundOf(tx, to)).toBeNull()
      for (const bytes of [5, sound.bytes]) await windows.putSound(tx, from, { ...sound, bytes })
      await windows.copy(tx, { from, to, numbers: [] })
      await windows.deleteAll(tx, from)
      expect(await windows.soundOf(tx, from)).toBeNull()
      expect(await windows.soundOf(tx, to)).toEqual(sound)
    })
  })

  it('put a window in the place of the one with its number, and delete all of a job', async () => {
    const { unitOfWork, windows } = await open()
    const { id } = sampleJob(1)
    await unitOfWork.write(async (tx) => {
      await windows.put(tx, id, WINDOW)
      await windows.put(tx, id, { ...WINDOW, attempt: 2, seed: 7 })
      expect(await windows.ofJob(tx, id)).toMatchObject([{ attempt: 2, seed: 7 }])
      await windows.deleteAll(tx, id)
      expect(await windows.ofJob(tx, id)).toEqual([])
    })
  })
}
