import { readFile, writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { createTestFolder } from '../../../../test/support/test-folder.ts'
import { ReliefMemory } from './relief-memory.ts'
import { NO_RELIEF } from './remedies.ts'

const TILED = { ...NO_RELIEF, tiledVae: true, windowFrames: 41 }
const DAY_MS = 24 * 3_600_000

describe('what helped when memory ran out', () => {
  it('is known after a restart, for a week, for its own key', async () => {
    const path = (await createTestFolder()).path('memory.json')
    await new ReliefMemory(path, () => 0).remember('gpu 832x480', TILED)
    const again = new ReliefMemory(path, () => 6 * DAY_MS)
    expect(await again.recall('gpu 832x480')).toEqual(TILED)
    expect(await again.recall('gpu 640x640')).toEqual(NO_RELIEF)
    const late = new ReliefMemory(path, () => 8 * DAY_MS)
    expect(await late.recall('gpu 832x480')).toEqual(NO_RELIEF)
  })

  it('takes no more than 64 entries, the newest', async () => {
    const path = (await createTestFolder()).path('memory.json')
    const memory = new ReliefMemory(path)
    for (let index = 0; index < 70; index += 1) await memory.remember(`gpu ${index}`, TILED)
    expect(Object.keys(JSON.parse(await readFile(path, 'utf8')))).toHaveLength(64)
    expect(await memory.recall('gpu 5')).toEqual(NO_RELIEF)
    expect(await memory.recall('gpu 69')).toEqual(TILED)
  })

  it.each(['', '{', '[]', '{"gpu":1}', '{"gpu":{"atMs":1,"relief":{"offload":7}}}'])(
    'is nothing where the file says %s',
    async (text) => {
      const path = (await createTestFolder()).path('memory.json')
      await writeFile(path, text)
      expect(await new ReliefMemory(path, () => 1).recall('gpu')).toEqual(NO_RELIEF)
    },
  )
})
