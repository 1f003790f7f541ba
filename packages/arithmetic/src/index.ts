// The public face of the package: the only file that others import.
export { type FitMode, type Framing, type FramingRequest, frame } from './framing.ts'
export type { Box, Size } from './geometry.ts'
export { bucketsOf, nearestBucket, SIZE_STEP, type SizeClass, sizeOfRatio } from './size-buckets.ts'
export {
  DEFAULT_WINDOWING,
  equaliseWindows,
  FPS,
  framesToSaveWindow,
  planWindows,
  videoFrames,
  type Windowing,
  type WindowingProblem,
  type WindowPlan,
  windowingProblem,
} from './windows.ts'
