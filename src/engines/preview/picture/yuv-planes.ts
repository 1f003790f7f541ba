// A picture as planar YUV 4:2:0: full-size brightness, two colour planes of half the width and height. Frames of a video
// and the texture they are drawn from have the same form.
import type { Size } from '@infinitetalk/arithmetic'
import type { RgbImage } from '../../../vision/rgb-image.ts'
import { BLACK_LUMA, NEUTRAL_CHROMA, toYuv } from './yuv-color.ts'

export interface YuvPlanes extends Size {
  /** width * height bytes */
  readonly luma: Uint8Array
  /** width/2 * height/2 bytes each */
  readonly blueChroma: Uint8Array
  readonly redChroma: Uint8Array
}

/** Bytes of one picture in the layout that ffmpeg calls yuv420p. */
export function yuvByteLength({ width, height }: Size): number {
  return (width * height * 3) / 2
}

/**
 * Bytes from one frame to the next where several lie behind each other: eight pixels are written at once, so that up to
 * seven bytes behind a frame must not be somebody else's.
 */
export function frameStride(size: Size): number {
  return Math.ceil((yuvByteLength(size) + 7) / 64) * 64
}

/** The three planes inside a block of memory of `yuvByteLength()`. Width and height are even. */
export function yuvPlanesIn(block: Uint8Array, size: Size): YuvPlanes {
  const pixels = size.width * size.height
  return {
    width: size.width,
    height: size.height,
    luma: block.subarray(0, pixels),
    blueChroma: block.subarray(pixels, pixels + pixels / 4),
    redChroma: block.subarray(pixels + pixels / 4, pixels + pixels / 2),
  }
}

/** Converts a picture with even sides. A colour sample is the mean of its four pixels. */
export function rgbToYuv({ data, width, height }: RgbImage): YuvPlanes {
  const size = { width, height }
  const planes = yuvPlanesIn(new Uint8Array(yuvByteLength(size)), size)
  const color = { red: 0, green: 0, blue: 0 }
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      let blueChroma = 0
      let redChroma = 0
      for (let corner = 0; corner < 4; corner++) {
        const pixel = (y + (corner >> 1)) * width + x + (corner & 1)
        color.red = data[pixel * 3]!
        color.green = data[pixel * 3 + 1]!
        color.blue = data[pixel * 3 + 2]!
        const yuv = toYuv(color)
        planes.luma[pixel] = BLACK_LUMA + yuv.luma + 0.5
        blueChroma += yuv.blueChroma / 4
        redChroma += yuv.redChroma / 4
      }
      const sample = ((y >> 1) * width + x) >> 1
      planes.blueChroma[sample] = NEUTRAL_CHROMA + blueChroma + 0.5
      planes.redChroma[sample] = NEUTRAL_CHROMA + redChroma + 0.5
    }
  }
  return planes
}
