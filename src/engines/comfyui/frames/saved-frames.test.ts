import { execFile } from 'node:child_process'
import { mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { blackPng } from '../../../../test/support/png-file.ts'
import { createTestFolder } from '../../../../test/support/test-folder.ts'
import { SavedFrames, savedFramesOf, sweepFrames } from './saved-frames.ts'

const HOUR_MS = 3_600_000

async function savedBy(names: readonly string[]) {
  const { path } = await createTestFolder()
  const saved = new SavedFrames(path('prompt'))
  await saved.make()
  const folder = join(saved.path, '20261201_120000_infinitetalk_output')
  await mkdir(folder)
  for (const name of names) await writeFile(join(folder, name), blackPng(16, 16))
  return { saved, folder, path }
}

it('frames are whole once all of them are, and the first one that is left is known', async () => {
  const { saved, folder } = await savedBy([
    'frame_00081.png',
    'frame_00082.png',
    'frame_100000.png',
  ])
  expect(await saved.first()).toBe(81)
  expect(await saved.whole(81, 2)).toEqual(
    ['frame_00081.png', 'frame_00082.png'].map((name) => join(folder, name)),
  )
  expect(await saved.whole(81, 3)).toBeNull()
  await writeFile(join(folder, 'frame_00083.png'), blackPng(16, 16).subarray(0, -4))
  expect(await saved.whole(81, 3)).toBeNull()
  expect(await saved.whole(100_000, 1)).toHaveLength(1)
})

it('frames that are links are not read', async () => {
  const { saved, folder, path } = await savedBy([])
  await writeFile(path('secret.png'), blackPng(16, 16))
  await symlink(path('secret.png'), join(folder, 'frame_00000.png'))
  expect(await saved.whole(0, 1)).toBeNull()
  const other = new SavedFrames(path('other'))
  await other.make()
  await symlink(folder, join(other.path, 'linked'))
  expect(await other.hasBegun()).toBe(false)
})

it.skipIf(process.platform === 'win32')('a pipe under the name of a frame is none', async () => {
  const { saved, folder } = await savedBy([])
  await promisify(execFile)('mkfifo', [join(folder, 'frame_00000.png')])
  expect(await saved.whole(0, 1)).toBeNull()
})

it('only a prompt of ours has a folder', () => {
  const id = crypto.randomUUID()
  expect(savedFramesOf({ framesFolder: '/shared' }, `${id}@theirs`)?.path).toBe(
    `/shared/infinitetalk-${id}`,
  )
  expect(savedFramesOf({ framesFolder: '/shared' }, '../../etc')).toBeNull()
  expect(savedFramesOf({}, id)).toBeNull()
})

it('folders of prompts are deleted a day after the last change in them, and no others', async () => {
  const { path } = await createTestFolder()
  const [lost, growing] = [crypto.randomUUID(), crypto.randomUUID()].map(
    (id) => `infinitetalk-${id}`,
  ) as [string, string]
  const foreign = ['infinitetalk-pictures', crypto.randomUUID()]
  for (const name of [lost, growing, ...foreign])
    await mkdir(path(`${name}/inner`), { recursive: true })
  const long = new Date(Date.now() - 30 * HOUR_MS)
  const inner = [lost, ...foreign].map((name) => `${name}/inner`)
  for (const name of [lost, ...foreign, ...inner, growing]) await utimes(path(name), long, long)
  await sweepFrames(path('.'), Date.now())
  expect((await readdir(path('.'))).toSorted()).toEqual([growing, ...foreign].toSorted())
})
