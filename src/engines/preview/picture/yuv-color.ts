// Colours as H.264 video carries them: ITU-R BT.709, limited range. The engine draws in them from the start, because one
// byte of brightness per pixel and two of colour per four pixels are half the work of red, green and blue.
import type { Rgb } from '../rig/rgb.ts'

/** Shares of red, green and blue in the brightness, BT.709 table 3.2. */
const RED_SHARE = 0.2126
const GREEN_SHARE = 0.7152
const BLUE_SHARE = 0.0722

/** Limited range: 8-bit brightness runs from 16 to 235, colour differences from 16 to 240 around 128. */
export const BLACK_LUMA = 16
export const NEUTRAL_CHROMA = 128
const LUMA_GAIN = 219 / 255
const BLUE_CHROMA_GAIN = 224 / 255 / (2 * (1 - BLUE_SHARE))
const RED_CHROMA_GAIN = 224 / 255 / (2 * (1 - RED_SHARE))

/** A colour as distances from black, so that colours can be mixed and shaded by plain multiplication. */
export interface YuvColor {
  /** 0..219 */
  readonly luma: number
  /** -112..112 */
  readonly blueChroma: number
  readonly redChroma: number
}

/** @param rgb 0..255 each */
export function toYuv({ red, green, blue }: Rgb): YuvColor {
  const brightness = RED_SHARE * red + GREEN_SHARE * green + BLUE_SHARE * blue
  return {
    luma: brightness * LUMA_GAIN,
    blueChroma: (blue - brightness) * BLUE_CHROMA_GAIN,
    redChroma: (red - brightness) * RED_CHROMA_GAIN,
  }
}
