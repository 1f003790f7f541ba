import { expect, it } from 'vitest'
import { createTestFolder } from '../../../test/support/test-folder.ts'
import type { Sha256 } from '../../domain/ids.ts'
import { openSqlite } from '../database/open-sqlite.ts'
import { createBlobReferences } from './table-blob-references.ts'

it('finds every unused blob in a few calls, however few blobs each of them looks at', async () => {
  const folder = await createTestFolder()
  const { unitOfWork, close } = await openSqlite(folder.path('.'))
  const references = createBlobReferences(3)
  const blobs = Array.from('0123456789', (digit) => digit.repeat(64) as Sha256)
  const unused = blobs.filter((_, index) => index % 3 === 0 || index > 6)
  await unitOfWork.write(async (tx) => {
    for (const sha256 of blobs) {
      const id = unused.includes(sha256) ? 'gone' : 'kept'
      await references.add(tx, sha256, { kind: 'job', id })
    }
    await references.dropAll(tx, { kind: 'job', id: 'gone' })
  })
  const round = async (): Promise<readonly Sha256[]> => {
    const found: Sha256[] = []
    for (let call = 0; call < 5; call += 1) {
      found.push(...(await unitOfWork.read((tx) => references.unused(tx, 2))))
    }
    return found.slice(0, unused.length)
  }
  expect(await round()).toEqual(unused)
  await close()
})
