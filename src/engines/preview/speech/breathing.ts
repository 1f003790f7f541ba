// The chest rises and falls, in pauses too: a person of whom only the head moves looks like a cut-out before a photograph.
import { FPS } from '@infinitetalk/arithmetic'
import { smoothRamp } from './ramps.ts'

/** An adult at rest takes 12 to 17 breaths a minute. */
const BREATH_SECONDS = { least: 3.6, spread: 1.4 } as const
/** Breathing in is the shorter part of a breath. */
const INHALING_SHARE = 0.4

/**
 * How far the chest is raised in each frame, 0 (as in the picture) to 1.
 * @param random numbers from 0 to 1
 */
export function breathing(frames: number, random: () => number): Float32Array {
  const raised = new Float32Array(frames)
  let length = 0
  for (let start = 0; start < frames; start += length) {
    length = Math.round(FPS * (BREATH_SECONDS.least + BREATH_SECONDS.spread * random()))
    for (let frame = start; frame < Math.min(frames, start + length); frame++) {
      const share = (frame - start) / length
      raised[frame] = smoothRamp(0, INHALING_SHARE, share) - smoothRamp(INHALING_SHARE, 1, share)
    }
  }
  return raised
}
