// Counted references: a blob goes with the last one that needs it, and never before.
import { expect, it } from 'vitest'
import type { Sha256 } from '../../src/domain/ids.ts'
import type { OpenStores } from '../support/store-backends.ts'

const BLOB = 'c'.repeat(64) as Sha256
const JOB = { kind: 'job', id: 'one' } as const
const OTHER = { kind: 'job', id: 'two' } as const

export function blobReferencesSuite(open: OpenStores): void {
  it('keep a blob as long as one holder is left', async () => {
    const { unitOfWork, references } = await open()
    await unitOfWork.write(async (tx) => {
      await references.add(tx, BLOB, JOB)
      await references.add(tx, BLOB, JOB)
      await references.add(tx, BLOB, OTHER)
      expect(await references.dropAll(tx, JOB)).toEqual([BLOB])
      expect(await references.forgetUnused(tx, BLOB)).toBe(false)
      expect(await references.unused(tx, 9)).toEqual([])
      await references.dropAll(tx, OTHER)
      expect(await references.unused(tx, 9)).toEqual([BLOB])
      expect(await references.forgetUnused(tx, BLOB)).toBe(true)
      expect(await references.forgetUnused(tx, BLOB)).toBe(false)
      expect(await references.unused(tx, 9)).toEqual([])
    })
  })

  it('list the holders of a kind', async () => {
    const { unitOfWork, references } = await open()
    await unitOfWork.write(async (tx) => {
      await references.add(tx, BLOB, JOB)
      await references.add(tx, BLOB, { kind: 'hold', id: 'h' })
      await references.add(tx, 'd'.repeat(64) as Sha256, { kind: 'hold', id: 'h' })
      expect(await references.holders(tx, 'hold')).toEqual([{ kind: 'hold', id: 'h' }])
    })
  })

  it('never forget a blob that someone begins to need meanwhile', async () => {
    const { unitOfWork, references } = await open()
    for (let round = 0; round < 20; round += 1) {
      await unitOfWork.write((tx) => references.add(tx, BLOB, JOB))
      await unitOfWork.write((tx) => references.dropAll(tx, JOB))
      // The file stands for what is on the disk: made by who adds, removed by who forgets.
      const file = { there: true }
      const add = unitOfWork
        .write((tx) => references.add(tx, BLOB, OTHER))
        .then(() => {
          file.there = true
        })
      const forget = unitOfWork.write(async (tx) => {
        if (await references.forgetUnused(tx, BLOB)) file.there = false
      })
      await Promise.all(round % 2 === 0 ? [add, forget] : [forget, add])
      expect(file.there).toBe(true)
      await unitOfWork.write((tx) => references.dropAll(tx, OTHER))
    }
  })
}
