import { expect, it } from 'vitest'
import type { StoredWindow, WindowMemory } from '../../../app/ports/window-memory.ts'
import { passingMemory } from './passing-memory.ts'
import { PieceWindows } from './piece-windows.ts'

/** Windows of 72 frames. */
function memoryOf(handovers: readonly (string | null)[]): WindowMemory {
  const done = handovers.map(
    (handoverPath, index): StoredWindow => ({
      ...{ number: index + 1, firstFrame: 72 * index, frames: 72, length: 81, seed: 1 },
      ...{ backend: 'gpu', renderSeconds: 1, segmentPath: 'segment', handoverPath, leadPath: null },
    }),
  )
  return { ...passingMemory(), done }
}

it('a piece goes on after a window that hands over, and after none that one prompt made', () => {
  const numbersOf = (handovers: readonly (string | null)[]): readonly number[] =>
    new PieceWindows(memoryOf(handovers), 0, 4 * 72).done.map(({ number }) => number)
  expect(numbersOf(['a', 'b'])).toEqual([1, 2])
  expect(numbersOf(['a', 'b', 'c', null])).toEqual([1, 2, 3, 4])
  expect(numbersOf(['a', null, 'c'])).toEqual([1, 2, 3])
  expect(numbersOf([null, null])).toEqual([])
  expect(numbersOf(['a', null, null])).toEqual([1])
})
