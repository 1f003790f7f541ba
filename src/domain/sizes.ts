// Chooses the size of a video: the ratio that was asked for, or that of the picture, in the area class; or an explicit size, rounded to
// one that the model can render.
import { SIZE_STEP, type Size, sizeOfRatio } from '@infinitetalk/arithmetic'
import type { Resolution } from '@infinitetalk/contract'
import { AppError } from './errors.ts'
import type { Limits } from './limits.ts'

export interface WantedSize {
  readonly size: Size | null
  readonly resolution: Resolution
  readonly aspectRatio: string | null
}

/**
 * The size of the video. `picture` is the size of the upright input; its aspect ratio counts when the request names none.
 *
 * @throws AppError `invalid_request` when an explicit size is beyond the limits
 */
export function resolveSize(wanted: WantedSize, picture: Size, limits: Limits): Size {
  if (wanted.size !== null) return explicitSize(wanted.size, limits)
  const aspect =
    wanted.aspectRatio === null
      ? picture.width / picture.height
      : parseAspectRatio(wanted.aspectRatio)
  return sizeOfRatio(wanted.resolution, aspect)
}

/**
 * Width / height of a text such as `9:16`.
 *
 * @throws AppError `invalid_request`
 */
export function parseAspectRatio(text: string): number {
  const match = /^([1-9]\d{0,3}):([1-9]\d{0,3})$/.exec(text)
  if (match === null) {
    throw new AppError('invalid_request', `The aspect ratio "${text}" is not of the form "9:16".`, {
      pointer: '/aspect_ratio',
    })
  }
  return Number(match[1]) / Number(match[2])
}

/**
 * Rounds down to multiples of 16.
 *
 * @throws AppError `invalid_request`
 */
export function explicitSize(wanted: Size, limits: Limits): Size {
  const size = { width: roundDown(wanted.width), height: roundDown(wanted.height) }
  for (const side of ['width', 'height'] as const) {
    if (size[side] < limits.outputMinSide || size[side] > limits.outputMaxSide) {
      const range = `${limits.outputMinSide} to ${limits.outputMaxSide}`
      throw new AppError(
        'invalid_request',
        `The ${side} is ${wanted[side]}; it must be ${range}.`,
        {
          pointer: `/${side}`,
        },
      )
    }
  }
  if (size.width * size.height > limits.outputMaxPixels) {
    throw new AppError(
      'invalid_request',
      `${size.width}x${size.height} has ${size.width * size.height} pixels; at most ${limits.outputMaxPixels} are allowed.`,
      { pointer: '/width', meta: { maxPixels: limits.outputMaxPixels } },
    )
  }
  return size
}

function roundDown(side: number): number {
  return Math.floor(side / SIZE_STEP) * SIZE_STEP
}
