import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { inLanes } from './in-lanes.ts'

describe('work in lanes', () => {
  it('is done for everything once, never more at a time than there are lanes', async () => {
    const count = { running: 0, most: 0 }
    const done: number[] = []
    const numbers = Array.from({ length: 10 }, (_, index) => index)
    await inLanes(3, numbers, async (number) => {
      count.running += 1
      count.most = Math.max(count.most, count.running)
      await turn()
      count.running -= 1
      done.push(number)
    })
    expect(done.toSorted((a, b) => a - b)).toEqual(numbers)
    expect(count.most).toBe(3)
  })

  it('begins nothing more after a failure, and reports that', async () => {
    const begun: number[] = []
    const failing = inLanes(2, [1, 2, 3, 4, 5], async (number) => {
      begun.push(number)
      await turn()
      throw new Error(`${number} failed`)
    })
    await expect(failing).rejects.toThrow('1 failed')
    await turn()
    expect(begun).toEqual([1, 2])
  })
})
