// What size a video gets: the bucket of the model that is nearest to the wanted aspect ratio, or an explicit size that is
// rounded to what the model can render.
import type { Resolution } from '@infinitetalk/contract'
import { AppError } from './errors.ts'
import type { Size } from './geometry.ts'
import type { Limits } from './limits.ts'

/** The VAE shrinks by 8 and the transformer takes patches of 2: anything else breaks them. */
export const SIZE_STEP = 16

/** Width x height the model was trained on, about 627 x 627 and 960 x 960 in area. Widest first. */
const BUCKETS: Readonly<Record<Resolution, readonly Size[]>> = {
  '480p': sizes(
    '1216x320 1024x384 896x448 768x512 704x576 640x640 576x704 512x768 448x832 448x896 384x960',
    '384x1088 320x1152 320x1216 320x1280',
  ),
  '720p': sizes(
    '2048x448 1792x512 1600x576 1408x640 1280x704 1216x768 1088x832 1024x896 960x960 896x1024',
    '832x1088 768x1152 768x1216 704x1280 704x1344 640x1408 640x1472 576x1536 576x1664 512x1856',
    '512x1920',
  ),
}

function sizes(...lines: readonly string[]): readonly Size[] {
  return lines
    .join(' ')
    .split(' ')
    .map((text) => {
      const [width = 0, height = 0] = text.split('x').map(Number)
      return { width, height }
    })
}

export interface WantedSize {
  readonly size: Size | null
  readonly resolution: Resolution
  readonly aspectRatio: string | null
}

/**
 * The size of the video. `picture` is the size of the input, upright; its aspect counts when none was asked for.
 *
 * @throws AppError `invalid_request` when an explicit size is beyond the limits
 */
export function resolveSize(wanted: WantedSize, picture: Size, limits: Limits): Size {
  if (wanted.size !== null) return explicitSize(wanted.size, limits)
  const aspect =
    wanted.aspectRatio === null
      ? picture.width / picture.height
      : parseAspectRatio(wanted.aspectRatio)
  return nearestBucket(wanted.resolution, aspect)
}

export function bucketsOf(resolution: Resolution): readonly Size[] {
  return BUCKETS[resolution]
}

/** `aspect` is width / height. Compared as ratios, so that wide and tall pictures are treated alike. */
export function nearestBucket(resolution: Resolution, aspect: number): Size {
  const distance = ({ width, height }: Size): number => Math.abs(Math.log(width / height / aspect))
  return BUCKETS[resolution].reduce((best, size) => (distance(size) < distance(best) ? size : best))
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
 * Rounded down to multiples of 16.
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
