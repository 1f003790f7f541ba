// Reads a staged picture (a PNG that this program wrote) as plain pixels, no larger than the face models can use.
import sharp from 'sharp'
import type { RgbImage } from './rgb-image.ts'

/** Larger pictures are scaled down to this for the analysis: more pixels find no more faces and cost time. */
export const ANALYSIS_MAX_SIDE = 1280

export interface ReadImage {
  readonly image: RgbImage
  /** How many pixels of the file one pixel of the image stands for. */
  readonly scale: number
}

/** @param maxSide the longer side is scaled down to this where it is larger */
export async function readRgbImage(
  path: string,
  maxSide: number,
  signal: AbortSignal,
): Promise<ReadImage> {
  const picture = sharp(path)
  const { width } = await picture.metadata()
  signal.throwIfAborted()
  const { data, info } = await picture
    .resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  signal.throwIfAborted()
  const pixels = new Uint8Array(data.buffer, data.byteOffset, data.length)
  const image = { data: pixels, width: info.width, height: info.height }
  return { image, scale: width / info.width }
}
