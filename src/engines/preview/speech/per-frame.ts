// From the hops of a curve to the frames of the video. Pose i shows the middle of frame i, (i + 0.5) / FPS seconds, and rests on
// the hops of that frame.
import { FPS } from '@infinitetalk/arithmetic'
import { HOPS_PER_SECOND } from './speech-features.ts'

const HOPS_PER_FRAME = HOPS_PER_SECOND / FPS

/** The mean over the hops of each frame; 0 after the end of the curve. */
export function perFrame(curve: Float32Array, frames: number): Float32Array {
  return Float32Array.from({ length: frames }, (_, frame) => {
    const hops = hopsOf(curve, frame)
    return hops.length === 0 ? 0 : hops.reduce((sum, value) => sum + value, 0) / hops.length
  })
}

/** As `perFrame()`, but the frame that holds a peak shows its height: lips that meet for less than a frame are seen to meet. */
export function peaksPerFrame(curve: Float32Array, frames: number): Float32Array {
  return perFrame(curve, frames).map((mean, frame) => {
    const highest = Math.max(0, ...hopsOf(curve, frame))
    const before = curve[frame * HOPS_PER_FRAME - 1] ?? 0
    const after = curve[(frame + 1) * HOPS_PER_FRAME] ?? 0
    return highest >= Math.max(before, after) ? highest : mean
  })
}

function hopsOf(curve: Float32Array, frame: number): Float32Array {
  return curve.subarray(frame * HOPS_PER_FRAME, (frame + 1) * HOPS_PER_FRAME)
}
