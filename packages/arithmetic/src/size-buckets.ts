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
  const distance = ({ width, height }: Size): number => Math.abs(Math.log(width / height / aspect))
  return BUCKETS[sizeClass].reduce((best, size) => (distance(size) < distance(best) ? size : best))
}
