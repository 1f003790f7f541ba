// The sizes that the model was trained on, and which of them is nearest to a wanted aspect ratio.
import type { Size } from './geometry.ts'

/** Area class of the model's sizes. */
export type SizeClass = '480p' | '720p'

/** The VAE shrinks by 8 and the transformer takes patches of 2: anything else breaks them. */
export const SIZE_STEP = 16

/** Width x height the model was trained on, about 627 x 627 and 960 x 960 in area. Widest first. */
const BUCKETS: Readonly<Record<SizeClass, readonly Size[]>> = {
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

export function bucketsOf(sizeClass: SizeClass): readonly Size[] {
  return BUCKETS[sizeClass]
}

/** `aspect` is width / height. Compared as ratios, so that wide and tall pictures are treated alike. */
export function nearestBucket(sizeClass: SizeClass, aspect: number): Size {
  return nearest(BUCKETS[sizeClass], aspect)
}

/** How far the area of a size may be from that of the buckets. 16:9 of 480p, 768 x 432, is the smallest of the usual ones. */
const AREA_RANGE = [0.8, 1.2] as const
/** Ratios nearer than this count as the wanted one: a tenth of a percent is less than a pixel of most sides. */
const SAME_RATIO = 0.001

/**
 * The size that has the wanted ratio: exactly where multiples of 16 can express it, as 1:1, 4:5, 9:16 and 16:9, otherwise within
 * about 1 %. A bucket with that ratio comes first, then the area nearest to the buckets'. A ratio beyond all buckets gets the
 * outermost one.
 */
export function sizeOfRatio(sizeClass: SizeClass, aspect: number): Size {
  const bucket = nearestBucket(sizeClass, aspect)
  if (isBeyond(sizeClass, aspect) || error(bucket, aspect) < SAME_RATIO) return bucket
  const [square] = BUCKETS[sizeClass].filter(({ width, height }) => width === height)
  const area = (square?.width ?? 0) ** 2
  const sizes = sizesNear(area)
  const closest = error(nearest(sizes, aspect), aspect)
  const distance = ({ width, height }: Size): number => Math.abs(Math.log((width * height) / area))
  return sizes
    .filter((size) => error(size, aspect) < closest + SAME_RATIO)
    .reduce((best, size) => (distance(size) < distance(best) ? size : best))
}

function isBeyond(sizeClass: SizeClass, aspect: number): boolean {
  const ratios = BUCKETS[sizeClass].map(({ width, height }) => width / height)
  return aspect >= Math.max(...ratios) || aspect <= Math.min(...ratios)
}

/** Sizes that the model can render, of about this area. */
function sizesNear(area: number): readonly Size[] {
  const [least, most] = AREA_RANGE
  const found: Size[] = []
  for (let width = SIZE_STEP; width * SIZE_STEP <= area * most; width += SIZE_STEP) {
    const first = Math.ceil((area * least) / width / SIZE_STEP) * SIZE_STEP
    for (let height = first; width * height <= area * most; height += SIZE_STEP) {
      found.push({ width, height })
    }
  }
  return found
}

function nearest(sizes: readonly Size[], aspect: number): Size {
  return sizes.reduce((best, size) => (error(size, aspect) < error(best, aspect) ? size : best))
}

function error({ width, height }: Size, aspect: number): number {
  return Math.abs(Math.log(width / height / aspect))
}
