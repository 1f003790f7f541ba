import { describe, expect, it } from 'vitest'
import { peaksPerFrame, perFrame } from './per-frame.ts'

/** Four hops a frame. */
const curve = (...hops: number[]): Float32Array => Float32Array.from(hops)

describe('the frames of a curve', () => {
  it('show the mean of their hops, and nothing after its end', () => {
    expect([...perFrame(curve(0, 0.5, 0.5, 1, 1, 1), 3)]).toEqual([0.5, 1, 0])
  })

  it.each<[name: string, hops: Float32Array, frames: readonly number[]]>([
    ['inside a frame', curve(0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0), [0, 1, 0]],
    ['at its first hop', curve(0, 0, 0, 0.5, 1, 0.5, 0, 0, 0, 0, 0, 0), [0.125, 1, 0]],
    ['at its last hop', curve(0, 0, 0, 0, 0, 0, 0.5, 1, 0.5, 0, 0, 0), [0, 1, 0.125]],
  ])('show a peak that is shorter than a frame, %s', (_, hops, frames) => {
    expect([...peaksPerFrame(hops, 3)]).toEqual(frames)
  })
})
