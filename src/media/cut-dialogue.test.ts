import { readFile, writeFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { createTestFolder } from '../../test/support/test-folder.ts'
import { wavFile } from '../../test/support/wav-file.ts'
import { cutDialogue } from './cut-dialogue.ts'
import { findPauses } from './find-pauses.ts'

const RATE = 16_000

it('each track of a dialogue has the sound of its turns, and silence elsewhere', async () => {
  const folder = await createTestFolder()
  const pcm = wavFile({ samples: 5 * RATE }).subarray(44)
  await writeFile(folder.path('voice.pcm'), pcm)
  const voice = {
    ...{ path: folder.path('voice.wav'), pcmPath: folder.path('voice.pcm') },
    ...{ seconds: 5, channel: null, hasSpeech: true },
  }
  const turns = [
    { speaker: 'left', fromSeconds: 0, toSeconds: 1.9 },
    { speaker: 'right', fromSeconds: 2, toSeconds: 4.5 },
    { speaker: 'left', fromSeconds: 4.5, toSeconds: 5.05 },
  ] as const
  const job = { workDir: folder.path('.'), signal: new AbortController().signal }
  const [left, right] = await cutDialogue(voice, turns, job)
  const all = samplesOf(pcm)
  const heard = [left, right].map(async ({ pcmPath }) => samplesOf(await readFile(pcmPath)))
  const [ofLeft, ofRight] = await Promise.all(heard)
  const at = (seconds: number) => Math.round(seconds * RATE)
  for (const [from, to, speaking, silent] of [
    [0.02, 1.88, ofLeft, ofRight],
    [2.02, 4.48, ofRight, ofLeft],
    [4.52, 5, ofLeft, ofRight],
  ] as const) {
    expect(speaking!.subarray(at(from), at(to))).toEqual(all.subarray(at(from), at(to)))
    expect(silent!.subarray(at(from), at(to)).every((sample) => sample === 0)).toBe(true)
  }
  const pause = [ofLeft, ofRight].map((track) => track!.subarray(at(1.9), at(2)))
  expect(pause.every((track) => track.every((sample) => sample === 0))).toBe(true)
  expect([ofLeft, ofRight].map((track) => track!.length)).toEqual([all.length, all.length])
  // The WAV file has the same samples behind a true header.
  const wave = await readFile(left.path)
  expect(wave.readUInt32LE(40)).toBe(all.length * 2)
  expect(samplesOf(wave.subarray(44))).toEqual(ofLeft)
})

it('pauses are found between sounds, and not before and after them', () => {
  const tone = samplesOf(wavFile({ samples: RATE }).subarray(44))
  const samples = new Int16Array(4 * RATE)
  samples.set(tone, RATE / 2)
  samples.set(tone, 2 * RATE)
  const found = findPauses(samples, RATE)!
  expect(found.fromSeconds).toBeCloseTo(0.5, 1)
  expect(found.toSeconds).toBeCloseTo(3, 1)
  expect(found.pauses).toHaveLength(1)
  expect(found.pauses[0]!.fromSeconds).toBeCloseTo(1.5, 1)
  expect(found.pauses[0]!.toSeconds).toBeCloseTo(2, 1)
  expect(findPauses(new Int16Array(RATE), RATE)).toBeNull()
})

function samplesOf(bytes: Buffer): Int16Array {
  return new Int16Array(new Uint8Array(bytes).buffer)
}
