import { writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { createTestFolder } from '../../../../test/support/test-folder.ts'
import { quietestIn } from './quiet-frame.ts'

const SAMPLES_PER_FRAME = 640
const BEFORE = 9

/** Loud but for one pause. */
async function voiceWithPause(frames: number, from: number, to: number): Promise<string> {
  const pcm = Buffer.alloc(frames * SAMPLES_PER_FRAME * 2)
  for (let at = 0; at < pcm.length; at += 2) {
    const frame = Math.floor(at / 2 / SAMPLES_PER_FRAME)
    // A noise that no cut should be drawn to.
    const level = frame >= from && frame < to ? 20 : 8000 + (frame % 7)
    pcm.writeInt16LE(at % 4 === 0 ? level : -level, at)
  }
  const path = (await createTestFolder()).path('voice.pcm')
  await writeFile(path, pcm)
  return path
}

describe('the quietest frame to cut at', () => {
  it('has all frames of the crossfade in a pause, and is the nearest of those', async () => {
    const quietest = quietestIn(await voiceWithPause(200, 60, 80), BEFORE)
    const frames = Array.from({ length: 40 }, (_, index) => 161 - 4 * index)
    // The latest whose nine frames before it, and itself, are in the pause.
    expect(await quietest(frames)).toBe(77)
    expect(await quietest([81, 77, 73, 69, 65])).toBe(77)
  })

  it('is the nearest one in a voice that never pauses, or that has ended', async () => {
    const path = await voiceWithPause(100, 0, 0)
    expect(await quietestIn(path, BEFORE)([53, 49, 57])).toBe(53)
    expect(await quietestIn(path, BEFORE)([153, 149, 157])).toBe(153)
  })
})
