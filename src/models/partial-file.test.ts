import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { createTestFolder, type TestFolder } from '../../test/support/test-folder.ts'
import { TestModel } from '../../test/support/test-model.ts'
import { type PartIdentity, PartialFile } from './partial-file.ts'
import { TransferJournal } from './transfer-journal.ts'

const MODEL = new TestModel(1_000_003)
const IDENTITY: PartIdentity = {
  source: 'https://models.example/a',
  bytes: MODEL.bytes,
  sha256: MODEL.sha256,
}

const pathsIn = (folder: TestFolder) => ({
  target: folder.path('model'),
  part: folder.path('part'),
  journal: folder.path('journal'),
})

async function receive(part: PartialFile, maxBytes: number): Promise<void> {
  const piece = part.claim(maxBytes)!
  await part.write(piece, MODEL.read(piece.at, piece.end))
  part.release(piece)
}

/** A file that received 300 000 bytes and was closed properly. */
async function begun(folder: TestFolder, identity = IDENTITY): Promise<void> {
  const part = await PartialFile.open(pathsIn(folder), identity, 'boot-1')
  part.validator = '"tag"'
  await receive(part, 300_000)
  await part.close()
}

describe('a half-received file', () => {
  it('gives every byte to one piece only, in order', async () => {
    const folder = await createTestFolder()
    const part = await PartialFile.open(pathsIn(folder), IDENTITY, 'boot-1')
    const pieces = [400_000, 400_000, 400_000].map((bytes) => part.claim(bytes))
    expect(pieces.map((piece) => [piece?.at, piece?.end])).toEqual([
      [0, 400_000],
      [400_000, 800_000],
      [800_000, 1_000_003],
    ])
    expect(part.claim(1)).toBeNull()
    part.release(pieces[1]!)
    expect(part.claim(100)).toEqual({ at: 400_000, end: 400_100 })
    await part.close()
  })

  it('hashes what came in any order, and gets its name only then', async () => {
    const folder = await createTestFolder()
    const part = await PartialFile.open(pathsIn(folder), IDENTITY, 'boot-1')
    const pieces = [300_000, 300_000, 300_000, 300_000].map((bytes) => part.claim(bytes)!)
    for (const piece of pieces.toReversed()) {
      await part.write(piece, MODEL.read(piece.at, piece.end))
      part.release(piece)
    }
    expect(await part.finishHash(AbortSignal.timeout(5000))).toBe(MODEL.sha256)
    expect(await folder.names()).not.toContain('model')
    await part.publish()
    await part.close()
    expect(await folder.names()).toEqual(['model'])
    expect((await readFile(folder.path('model'))).equals(MODEL.read(0, MODEL.bytes))).toBe(true)
  })

  it('drops what a server sends beyond the piece', async () => {
    const folder = await createTestFolder()
    const part = await PartialFile.open(pathsIn(folder), IDENTITY, 'boot-1')
    const piece = part.claim(1000)!
    await part.write(piece, MODEL.read(0, 5000))
    expect(part.receivedBytes).toBe(1000)
    await part.close()
  })

  it('goes on after an orderly end, also on another day of the machine', async () => {
    const folder = await createTestFolder()
    await begun(folder)
    const part = await PartialFile.open(pathsIn(folder), IDENTITY, 'boot-2')
    expect(part.receivedBytes).toBe(300_000)
    await receive(part, MODEL.bytes)
    expect(await part.finishHash(AbortSignal.timeout(5000))).toBe(MODEL.sha256)
    await part.close()
  })

  it('believes what was not flushed only until the machine is started again', async () => {
    const folder = await createTestFolder()
    await begun(folder)
    const paths = pathsIn(folder)
    const [journal, record] = await TransferJournal.open(paths.journal)
    await journal.save({ ...record!, boot: 'boot-1', flushed: [[0, 100_000]] })
    await journal.close()
    const sameBoot = await PartialFile.open(paths, IDENTITY, 'boot-1')
    expect(sameBoot.receivedBytes).toBe(300_000)
    await sameBoot.close()
    const [again] = await TransferJournal.open(paths.journal)
    await again.save({ ...record!, boot: 'boot-1', flushed: [[0, 100_000]] })
    await again.close()
    const nextBoot = await PartialFile.open(paths, IDENTITY, 'boot-2')
    expect(nextBoot.receivedBytes).toBe(100_000)
    await nextBoot.close()
  })

  it.each([
    ['another size', { ...IDENTITY, bytes: 1_000_004 }],
    ['another hash', { ...IDENTITY, sha256: 'ab'.repeat(32) }],
    ['no hash any more', { ...IDENTITY, sha256: null }],
  ])('begins anew for %s', async (_what, identity) => {
    const folder = await createTestFolder()
    await begun(folder)
    const part = await PartialFile.open(pathsIn(folder), identity, 'boot-1')
    expect(part.receivedBytes).toBe(0)
    await part.close()
  })

  it('goes on from another mirror when the hash is the same, and without a hash only from the same source', async () => {
    const folder = await createTestFolder()
    const mirror = { ...IDENTITY, source: 'https://mirror.example/a' }
    await begun(folder)
    const part = await PartialFile.open(pathsIn(folder), mirror, 'boot-1')
    expect(part.receivedBytes).toBe(300_000)
    await part.close()
    const other = await createTestFolder()
    await begun(other, { ...IDENTITY, sha256: null })
    const same = await PartialFile.open(pathsIn(other), { ...IDENTITY, sha256: null }, 'boot-1')
    expect([same.receivedBytes, same.validator]).toEqual([300_000, '"tag"'])
    await same.close()
    const moved = await PartialFile.open(pathsIn(other), { ...mirror, sha256: null }, 'boot-1')
    expect(moved.receivedBytes).toBe(0)
    await moved.close()
  })
})
