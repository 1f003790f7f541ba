// The size of the video before the hub has confirmed it, by the arithmetic that the hub uses.
import { SIZE_STEP, type Size, sizeOfRatio } from '@infinitetalk/arithmetic'
import type { Options } from './options.ts'

/** @param picture the size of the picture; null while it is unknown */
export function expectedSize(options: Options, picture: Size | null): Size | null {
  const { shape, resolution, advanced } = options
  const { width, height } = advanced
  if (typeof width === 'number' && typeof height === 'number') {
    const down = (side: number): number => Math.floor(side / SIZE_STEP) * SIZE_STEP
    return { width: down(width), height: down(height) }
  }
  if (shape !== 'picture') {
    const [across = 1, down = 1] = shape.split(':').map(Number)
    return sizeOfRatio(resolution, across / down)
  }
  return picture === null ? null : sizeOfRatio(resolution, picture.width / picture.height)
}
