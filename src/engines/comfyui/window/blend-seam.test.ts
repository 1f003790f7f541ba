import { readFile, writeFile } from 'node:fs/promises'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { createTestFolder } from '../../../../test/support/test-folder.ts'
import { blendSeam } from './blend-seam.ts'
import { readLead, writeLead } from './lead-file.ts'

const SIDE = 4
type Rgb = readonly [number, number, number]

const plain = ([r, g, b]: Rgb): Promise<Buffer> =>
  sharp({ create: { width: SIDE, height: SIDE, channels: 3, background: { r, g, b } } })
    .png()
    .toBuffer()

/** Half dark, half light. */
async function halved(dark: number, light: number): Promise<Buffer> {
  const pixels = Buffer.alloc(SIDE * SIDE * 3, dark).fill(light, (SIDE * SIDE * 3) / 2)
  const raw = { width: SIDE, height: SIDE, channels: 3 } as const
  return sharp(pixels, { raw }).png().toBuffer()
}

async function pixelOf(path: string): Promise<readonly number[]> {
  const pixels = await sharp(path).raw().toBuffer()
  return [...pixels.subarray(0, 3)]
}

async function blended(window: readonly Buffer[], lead: readonly Buffer[]) {
  const folder = await createTestFolder()
  const write = async (png: Buffer, name: string): Promise<string> => {
    await writeFile(folder.path(name), png)
    return folder.path(name)
  }
  const paths = await Promise.all(window.map((png, index) => write(png, `${index}.png`)))
  const leads = await Promise.all(lead.map((png, index) => write(png, `lead-${index}.png`)))
  await writeLead(leads, folder.path('lead'))
  await blendSeam(paths, folder.path('lead'))
  return paths
}

describe('a seam', () => {
  it('changes no frame where both pieces show the same', async () => {
    const frames = await Promise.all([10, 20, 30, 40].map((level) => halved(level, 200)))
    const paths = await blended(frames, frames.slice(2))
    for (const [index, path] of paths.entries()) {
      const [now, before] = [
        await sharp(path).raw().toBuffer(),
        await sharp(frames[index]).raw().toBuffer(),
      ]
      expect(now.equals(before)).toBe(true)
    }
    // Those before the crossfade are the very files.
    expect((await readFile(paths[0]!)).equals(frames[0]!)).toBe(true)
  })

  it('takes on the colours of the next piece step by step, before the crossfade', async () => {
    const window = await Promise.all(Array.from({ length: 6 }, () => plain([100, 50, 0])))
    const lead = await Promise.all(Array.from({ length: 2 }, () => plain([140, 50, 20])))
    const pixels = await Promise.all((await blended(window, lead)).map(pixelOf))
    expect(pixels.map(([red]) => red)).toEqual([108, 116, 124, 132, 140, 140])
    expect(pixels.map(([, green]) => green)).toEqual([50, 50, 50, 50, 50, 50])
    expect(pixels.map(([, , blue]) => blue)).toEqual([4, 8, 12, 16, 20, 20])
  })

  it('crossfades frames in equal shares', async () => {
    // Both have the same mean and spread, so that no colour is matched.
    const [here, there] = [await halved(40, 100), await halved(100, 40)]
    const paths = await blended([here, here, here, here], [there, there, there])
    const levels = await Promise.all(paths.map(pixelOf))
    expect(levels.map(([red]) => red)).toEqual([40, 55, 70, 85])
  })

  it('reads back the frames of a lead as they came, and rejects half of them', async () => {
    const folder = await createTestFolder()
    const frames = [await halved(1, 2), await plain([1, 2, 3])]
    for (const [index, png] of frames.entries()) await writeFile(folder.path(`${index}`), png)
    await writeLead([folder.path('0'), folder.path('1')], folder.path('lead'))
    expect(await readLead(folder.path('lead'))).toEqual(frames)
    await writeFile(folder.path('half'), (await readFile(folder.path('lead'))).subarray(0, -3))
    await expect(readLead(folder.path('half'))).rejects.toMatchObject({ code: 'output_invalid' })
  })
})
