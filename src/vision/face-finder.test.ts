import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { examplePath } from '../../test/support/face-pictures.ts'
import { createFaceFinder } from './face-finder.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'face-finder-'))
})
afterAll(() => rm(folder, { recursive: true }))

it('reports pixels of the file, although a smaller picture was analysed', async () => {
  const { signal } = new AbortController()
  const large = join(folder, 'large.png')
  await sharp(examplePath('portrait.png')).resize(2304).png().toFile(large)
  const finder = createFaceFinder()

  const [inOriginal] = await finder.findFaces(examplePath('portrait.png'), signal)
  const [inLarge] = await finder.findFaces(large, signal)

  for (const side of ['x', 'y', 'width', 'height'] as const) {
    expect(inLarge!.box[side] / 3).toBeCloseTo(inOriginal!.box[side], -1)
    expect(Number.isInteger(inLarge!.box[side])).toBe(true)
  }
  expect(Object.keys(inLarge!).toSorted()).toEqual(
    ['box', 'detection', 'index', 'mesh', 'refusal', 'roll', 'yaw'].toSorted(),
  )
})
