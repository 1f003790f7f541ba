import { readFile, writeFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { createTestFolder } from '../../../../test/support/test-folder.ts'
import { writeStretch } from './write-stretch.ts'

const HEADER_BYTES = 44
const SAMPLES_PER_FRAME = 640

it('a stretch mixes two voices, whichever ends first, without wrapping around', async () => {
  const files = await createTestFolder()
  const write = async (name: string, value: number, frames: number): Promise<string> => {
    const samples = new Int16Array(frames * SAMPLES_PER_FRAME).fill(value)
    await writeFile(files.path(name), new Uint8Array(samples.buffer))
    return files.path(name)
  }
  const voices = [await write('one', 20_000, 6), await write('other', 15_000, 4)]
  const stretch = { name: 'voice', fromFrame: 2, toFrame: 8 }
  await writeStretch(voices, stretch, files.path('stretch.wav'))
  const wav = await readFile(files.path('stretch.wav'))
  const levelOf = (frame: number): number =>
    wav.readInt16LE(HEADER_BYTES + 2 * SAMPLES_PER_FRAME * frame)
  expect([0, 1, 2, 3, 4, 5, 6].map(levelOf)).toEqual([32_767, 32_767, 20_000, 20_000, 0, 0, 0])
})
