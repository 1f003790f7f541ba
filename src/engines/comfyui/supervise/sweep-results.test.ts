import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createTestFolder } from '../../../../test/support/test-folder.ts'
import { sweepResults } from './sweep-results.ts'

it('results of yesterday go, those of today stay, and what is not there is no trouble', async () => {
  const folder = await createTestFolder()
  const temp = folder.path('temp')
  await mkdir(join(temp, 'sub'), { recursive: true })
  const nowMs = Date.now()
  const hoursAgo = (hours: number) => new Date(nowMs - hours * 3_600_000)
  for (const [name, hours] of [
    ['old.mp4', 25],
    ['sub/old.png', 30],
    ['new.mp4', 23],
  ] as const) {
    await writeFile(join(temp, name), '')
    await utimes(join(temp, name), hoursAgo(hours), hoursAgo(hours))
  }
  await sweepResults([temp, folder.path('absent')], nowMs)
  expect((await readdir(temp, { recursive: true })).toSorted()).toEqual(['new.mp4', 'sub'])
})
