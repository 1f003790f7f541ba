import { MEMORY_REMEDIES } from '@infinitetalk/contract'
import { expect, it } from 'vitest'
import { describeMemoryStep } from './memory-words.ts'

it('names the window, and has words of its own for each remedy', () => {
  const said = MEMORY_REMEDIES.map((remedy) => describeMemoryStep({ remedy, window: 37 }))
  expect(new Set(said).size).toBe(MEMORY_REMEDIES.length)
  for (const [index, remedy] of MEMORY_REMEDIES.entries()) {
    expect(said[index]).toContain('37')
    expect(said[index]).not.toContain(remedy)
  }
})

it('names the length of shorter windows', () => {
  const step = { remedy: 'shorter_windows', window: null, window_frames: 41 } as const
  expect(describeMemoryStep(step)).toContain('41')
})
