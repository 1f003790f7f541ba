// Estimates the host memory of a render by ComfyUI. The sampler keeps every frame until the end: 18 bytes for each pixel of each frame
// (for each of three colours 4 while windows are joined, then 2 and 4 in the caches), besides the weights that are swapped out of the
// GPU. The numbers come from its source and agree with reports of users; they are not measured here.
import type { Size } from '@infinitetalk/arithmetic'
import { DEFAULT_WINDOWING, FPS, planWindows } from '@infinitetalk/arithmetic'

export interface ModelWeights {
  /** Bytes of the video model and the talking model, which are swapped out of the GPU in turns. */
  readonly offloadedBytes: number
  /** Bytes of the text encoder, which is needed only before the first frame. */
  readonly textEncoderBytes: number
}

const BYTES_PER_PIXEL = 18
/** Python, torch and ComfyUI itself. */
const PROGRAM_BYTES = 4e9

/** Peak memory, in bytes. */
export function hostMemoryNeed(
  { width, height }: Size,
  frames: number,
  weights: ModelWeights,
): number {
  const { outputFrames } = planWindows(frames, DEFAULT_WINDOWING)
  const frameBytes = BYTES_PER_PIXEL * width * height * outputFrames
  // The text encoder is unloaded before frames accumulate.
  const pile = Math.max(frameBytes, weights.textEncoderBytes)
  return PROGRAM_BYTES + weights.offloadedBytes + pile
}

/** The longest video that fits, in whole seconds; 0 when even the models do not fit. */
export function longestVideoSeconds(
  size: Size,
  memoryBytes: number,
  weights: ModelWeights,
  atMostSeconds: number,
): number {
  let fits = 0
  let tooLong = atMostSeconds + 1
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2)
    if (hostMemoryNeed(size, middle * FPS, weights) <= memoryBytes) fits = middle
    else tooLong = middle
  }
  return fits
}

const GB = 1e9
/** Users report that 480p renders without further measures from this size. GPUs report a little less than their nominal memory. */
const COMFORTABLE_VIDEO_MEMORY_BYTES = 24 * GB

/** Whether 480p needs no measures; below, swap blocks out or use quantized files. No lower limit is reported. */
export function isComfortableVideoMemory(bytes: number): boolean {
  return bytes >= COMFORTABLE_VIDEO_MEMORY_BYTES
}
