import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { planWindows } from '@infinitetalk/arithmetic'
import { expect, it } from 'vitest'
import { blackPng } from '../../../../test/support/png-file.ts'
import { createTestFolder } from '../../../../test/support/test-folder.ts'
import type { StoredWindow } from '../../../app/ports/window-memory.ts'
import { stepsOf, type WindowStep } from '../../../domain/window-steps.ts'
import { keepAsSaved } from './keep-as-saved.ts'
import { SavedFrames } from './saved-frames.ts'

const WINDOWING = { windowFrames: 9, motionFrames: 5 }
/** 9 + 4 + 4 frames. */
const FRAMES = 17
const PLAN = planWindows(FRAMES, WINDOWING)

function storedOf({ number, firstNewFrame, newFrames, length }: WindowStep): StoredWindow {
  return {
    ...{ number, firstFrame: firstNewFrame, frames: newFrames, length, seed: 1, backend: 'gpu' },
    ...{ renderSeconds: 1, segmentPath: 'segment', handoverPath: null, leadPath: null },
  }
}

/** A prompt that an earlier attempt left, with these frames; it has ended. */
async function resume(frames: readonly number[], keptBefore: readonly number[]) {
  const { path } = await createTestFolder()
  const saved = new SavedFrames(path('prompt'))
  const folder = join(saved.path, 'time_infinitetalk_output')
  await mkdir(folder, { recursive: true })
  for (const frame of frames) {
    await writeFile(join(folder, `frame_${String(frame).padStart(5, '0')}.png`), blackPng(8, 8))
  }
  const keptNow: number[] = []
  const keeping = keepAsSaved({
    ...{ saved, steps: stepsOf(FRAMES, PLAN), outputFrames: FRAMES, isFound: true },
    ...{ render: { hasEnded: true, hasSaved: true }, lateMs: 50, pollMs: 5 },
    keep: async (step, pictures) => {
      expect(pictures).toHaveLength(step.newFrames)
      keptNow.push(step.number)
      return storedOf(step)
    },
    kept: (step) => (keptBefore.includes(step.number) ? storedOf(step) : null),
    signal: AbortSignal.timeout(10_000),
  })
  return { keeping, keptNow, left: () => readdir(folder) }
}

const framesFrom = (first: number): readonly number[] =>
  Array.from({ length: FRAMES - first }, (_, index) => first + index)

it.each([
  ['before it kept any window', 0, [], [1, 2, 3]],
  ['after it kept a window, before it deleted frames', 0, [1], [1, 2, 3]],
  ['while it deleted the frames of a kept window', 4, [1], [2, 3]],
  ['after it deleted them', 9, [1], [2, 3]],
  ['after it kept all windows', FRAMES, [1, 2, 3], []],
] as const)('an attempt that ended %s is followed without a gap', async (_, first, before, now) => {
  const { keeping, keptNow, left } = await resume(framesFrom(first), before)
  expect((await keeping).map(({ number }) => number)).toEqual([1, 2, 3])
  expect(keptNow).toEqual(now)
  const halfDeleted = framesFrom(first).filter((frame) => first === 4 && frame < 9)
  expect(await left()).toHaveLength(halfDeleted.length)
})

it.each([
  ['a window whose frames are gone and that nobody kept', framesFrom(9), []],
  ['a frame that was never saved', framesFrom(0).filter((frame) => frame !== 11), []],
  ['no frame of the last window', framesFrom(0).slice(0, 13), []],
] as const)('%s fails the render', async (_, frames, before) => {
  const { keeping } = await resume(frames, before)
  await expect(keeping).rejects.toMatchObject({ code: 'output_invalid' })
})
