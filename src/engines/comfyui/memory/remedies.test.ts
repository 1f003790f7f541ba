import { describe, expect, it } from 'vitest'
import { NO_RELIEF, nextRemedy, type Relief, type Shortage } from './remedies.ts'

const WINDOWED: Shortage = {
  nodeType: 'SamplerCustomAdvanced',
  isOfHost: false,
  mayFree: false,
  canTile: true,
  tilesOwnNode: true,
  swappedBlocks: null,
  canRestart: false,
  windowFrames: 81,
  motionFrames: 9,
}
const WHOLE: Shortage = {
  ...{ ...WINDOWED, nodeType: 'WanVideoSampler', tilesOwnNode: false },
  ...{ swappedBlocks: 20, windowFrames: null },
}

/** All remedies to the end, each taken. */
function climb(shortage: Shortage): readonly string[] {
  const taken: string[] = []
  let relief: Relief = NO_RELIEF
  for (;;) {
    const next = nextRemedy(relief, {
      ...shortage,
      mayFree: shortage.mayFree && taken.length === 0,
      windowFrames: shortage.windowFrames && (relief.windowFrames ?? shortage.windowFrames),
      swappedBlocks: shortage.swappedBlocks && (relief.blockSwap ?? shortage.swappedBlocks),
    })
    if (next === null) return taken
    taken.push(next.remedy)
    relief = next.relief
  }
}

describe('the remedies against a lack of memory', () => {
  it.each([
    ['a window', WINDOWED, ['shorter_windows', 'shorter_windows']],
    [
      'a window whose VAE ran out',
      { ...WINDOWED, nodeType: 'VAEDecode', mayFree: true },
      ['free_memory', 'tiled_vae', 'shorter_windows', 'shorter_windows'],
    ],
    [
      'a window on a ComfyUI of our own',
      { ...WINDOWED, canRestart: true },
      ['reserve_vram', 'no_vram', 'shorter_windows', 'shorter_windows'],
    ],
    ['a whole video', WHOLE, ['tiled_vae', 'block_swap']],
    ['a whole video that swaps all blocks', { ...WHOLE, swappedBlocks: 40 }, ['tiled_vae']],
    [
      'a window on a machine without memory',
      { ...WINDOWED, isOfHost: true, canRestart: true, mayFree: true },
      ['free_memory', 'shorter_windows', 'shorter_windows'],
    ],
    ['a window of 33 frames', { ...WINDOWED, windowFrames: 33 }, ['shorter_windows']],
    ['windows that overlap by 17 frames', { ...WINDOWED, motionFrames: 17 }, ['shorter_windows']],
  ] as const)('of %s', (_, shortage, remedies) => {
    expect(climb(shortage)).toEqual(remedies)
  })
})
