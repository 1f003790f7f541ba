import { SHORT_VIDEO_MODES } from '@infinitetalk/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { frameOrder } from './frame-order.ts'

describe('a video that is too short', () => {
  it.each([
    ['hold', [0, 1, 2, 3, 3, 3, 3, 3]],
    ['loop', [0, 1, 2, 3, 0, 1, 2, 3]],
    ['pingpong', [0, 1, 2, 3, 2, 1, 0, 1]],
  ] as const)('%s', (mode, expected) => {
    expect([...frameOrder(4, 8, mode)]).toEqual(expected)
  })

  it('of one frame repeats that frame in every mode', () => {
    for (const mode of SHORT_VIDEO_MODES) expect([...frameOrder(1, 3, mode)]).toEqual([0, 0, 0])
  })

  it('has the needed number of frames, all of them its own, and jumps only when it loops', () => {
    const mode = fc.constantFrom(...SHORT_VIDEO_MODES)
    const frames = fc.integer({ min: 1, max: 60 })
    fc.assert(
      fc.property(mode, frames, frames, (whenShort, available, needed) => {
        const order = [...frameOrder(available, needed, whenShort)]
        expect(order).toHaveLength(needed)
        expect(order.every((frame) => frame >= 0 && frame < available)).toBe(true)
        expect(order.slice(0, available)).toEqual(
          Array.from({ length: Math.min(available, needed) }, (_, index) => index),
        )
        if (whenShort === 'loop') return
        const steps = order.slice(1).map((frame, index) => Math.abs(frame - order[index]!))
        expect(steps.every((step) => step <= 1)).toBe(true)
      }),
    )
  })
})
