import { mkdir, truncate, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { expect, it } from 'vitest'
import { createTestFolder } from '../../test/support/test-folder.ts'
import { inspectModel } from './inspect-model.ts'
import { loadCatalogue } from './load-manifest.ts'
import { LockFile } from './lock-file.ts'

const { models } = await loadCatalogue(null)

it.each([
  { share: 0.0000001, state: 'wrong_size' },
  { share: 0.4, state: 'wrong_size' },
  { share: 0.97, state: 'unverified' },
  { share: 1.03, state: 'unverified' },
  { share: 2.5, state: 'wrong_size' },
])('14.27: a model of about $share of its size is $state', async ({ share, state }) => {
  const folder = await createTestFolder()
  const model = models.find(({ approximateBytes }) => approximateBytes !== undefined)!
  const lock = await LockFile.open(folder.path('.'))
  const { path } = await inspectModel(model, folder.path('.'), lock)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, '')
  // A hole: it takes no space on the disk.
  await truncate(path, Math.ceil(model.approximateBytes! * share))
  expect((await inspectModel(model, folder.path('.'), lock)).state).toBe(state)
})
