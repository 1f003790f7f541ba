// Decides how an engine's video gets its exact length at the lowest cost without loss: copied as it is, copied up to a cut, or
// encoded again. Pure.
import { AppError } from '../domain/errors.ts'
import type { ColorMatrix } from './color-filters.ts'
import type { VideoFacts } from './probe-video.ts'

export interface VideoPlan {
  readonly how: 'copy' | 'cut' | 'encode'
  /** For a copied or cut video: its colours are bt709, but its tags are incomplete. */
  readonly retag: boolean
  /** Frames are stored in the order in which they are shown. */
  readonly inOrder: boolean
  /** Encoded only: the colour matrix to convert from; null when no conversion is needed. */
  readonly convertFrom: ColorMatrix | null
  /** Encoded only: how many times the last frame repeats. */
  readonly heldFrames: number
}

/** An engine rounds to its window and may lack a few frames. A longer still at the end is a failure. */
const MAX_HELD_SECONDS = 1

/** Tolerates time stamps in milliseconds and a last frame of odd length. */
const RATE_TOLERANCE = 0.01

/** @throws AppError `output_invalid` when the engine's video cannot become what was requested */
export function planVideo(video: VideoFacts, frames: number, fps: number): VideoPlan {
  const { shownAt } = video
  const heldFrames = Math.max(0, frames - shownAt.length)
  if (heldFrames > MAX_HELD_SECONDS * fps) {
    throw new AppError('output_invalid', `The engine made ${shownAt.length} of ${frames} frames.`)
  }
  // Frames after the end are not shown, and a stream that was cut while it was copied may have gaps there.
  const inOrder = isInOrder(shownAt)
  const seen = (inOrder ? shownAt : shownAt.toSorted((a, b) => a - b)).slice(0, frames)
  checkRate(video, seen, fps)
  const copyable =
    heldFrames === 0 &&
    shownAt.length === video.frames &&
    isPlayableAsIs(video) &&
    isEven(video, seen, fps) &&
    (inOrder || isCleanCut(shownAt, frames))
  const tagged = video.colorPrimaries === 'bt709' && video.colorTransfer === 'bt709'
  const how = !copyable ? 'encode' : shownAt.length === frames ? 'copy' : 'cut'
  const convertFrom = hasFinalColors(video) ? null : matrixOf(video)
  return { how, retag: copyable && !tagged, inOrder, convertFrom, heldFrames }
}

/** ffmpeg encodes pictures as bt601 by default and does not tag the result. */
function matrixOf(video: VideoFacts): ColorMatrix {
  if (video.colorMatrix === 'bt709') return 'bt709'
  return video.colorMatrix.startsWith('bt2020') ? 'bt2020' : 'bt601'
}

function hasFinalColors(video: VideoFacts): boolean {
  const { pixelFormat, colorMatrix, colorRange } = video
  return (
    pixelFormat === 'yuv420p' && colorMatrix === 'bt709' && ['tv', 'unknown'].includes(colorRange)
  )
}

/** @param seen when frames are shown, in that order */
function checkRate(video: VideoFacts, seen: readonly number[], fps: number): void {
  const first = seen[0]
  const last = seen.at(-1)
  if (first === undefined || last === undefined || seen.length === 1) return
  const rate = ((seen.length - 1) * video.ticksPerSecond) / (last - first)
  if (Math.abs(rate / fps - 1) <= RATE_TOLERANCE) return
  throw new AppError(
    'output_invalid',
    `The engine made ${rate.toFixed(2)} frames a second instead of ${fps}.`,
  )
}

/** H.264 with square pixels in colours that are known: an untagged video may be bt601 and must be converted. */
function isPlayableAsIs(video: VideoFacts): boolean {
  const squarePixels = ['1:1', 'N/A', '0:1'].includes(video.sampleAspectRatio)
  return video.codec === 'h264' && squarePixels && hasFinalColors(video)
}

/** Whether every frame is shown for the same time, as exactly as the time base can express. */
function isEven(video: VideoFacts, seen: readonly number[], fps: number): boolean {
  const start = seen[0] ?? 0
  return seen.every(
    (pts, index) => Math.abs(pts - start - (index * video.ticksPerSecond) / fps) < 1,
  )
}

function isInOrder(shownAt: readonly number[]): boolean {
  return shownAt.every((pts, index) => index === 0 || pts > shownAt[index - 1]!)
}

/** Whether the first frames of the file are the first frames shown: no frame before the cut depends on one after it. */
function isCleanCut(shownAt: readonly number[], frames: number): boolean {
  const lastKept = maximum(shownAt.slice(0, frames))
  return shownAt.slice(frames).every((pts) => pts > lastKept)
}

function maximum(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
}
