import { describe, expect, it } from 'vitest'
import { hostMemoryNeed, isComfortableVideoMemory, longestVideoSeconds } from './memory-need.ts'

const WEIGHTS = { offloadedBytes: 19.6e9, textEncoderBytes: 11.4e9 }
const SQUARE = { width: 640, height: 640 }
const FPS = 25

describe('the memory that a render needs', () => {
  it('is that of the models for a short video', () => {
    expect(hostMemoryNeed(SQUARE, 10 * FPS, WEIGHTS)).toBe(4e9 + 19.6e9 + 11.4e9)
  })

  it('grows by 18 bytes for each pixel of each frame that is made for a long one', () => {
    // 3000 frames are made as 42 windows, which are 3033 frames.
    const expected = 4e9 + 19.6e9 + 18 * 640 * 640 * 3033
    expect(hostMemoryNeed(SQUARE, 3000, WEIGHTS)).toBe(expected)
  })

  it('says how long a video may be, exactly to the second', () => {
    const memory = 64e9
    const seconds = longestVideoSeconds(SQUARE, memory, WEIGHTS, 600)
    expect(hostMemoryNeed(SQUARE, seconds * FPS, WEIGHTS)).toBeLessThanOrEqual(memory)
    expect(hostMemoryNeed(SQUARE, (seconds + 1) * FPS, WEIGHTS)).toBeGreaterThan(memory)
  })

  it('lets no video through where not even the models fit', () => {
    expect(longestVideoSeconds(SQUARE, 20e9, WEIGHTS, 600)).toBe(0)
  })

  it('never promises more than was asked for', () => {
    expect(longestVideoSeconds(SQUARE, 1e15, WEIGHTS, 600)).toBe(600)
  })
})

it('calls a card of 24 GB comfortable, as cards report it, and one of 16 GB not', () => {
  expect(isComfortableVideoMemory(24_564 * 1024 ** 2)).toBe(true)
  expect(isComfortableVideoMemory(16_376 * 1024 ** 2)).toBe(false)
})
