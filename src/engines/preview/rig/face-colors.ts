// The colours the source picture gives to what is painted: teeth, tongue and lashes have to fit this face and its light.
import { CHEEKS, EYES } from '../../../vision/landmarks.ts'
import type { RgbImage } from '../../../vision/rgb-image.ts'
import type { MeshPoints } from './mesh-points.ts'

export interface Rgb {
  readonly red: number
  readonly green: number
  readonly blue: number
}

export interface FaceColors {
  readonly skin: Rgb
  /** Of the line that the lashes of a shut eye draw. */
  readonly lash: Rgb
}

/** Lashes are this much darker than the edge of the lid, which already holds some of them. */
const LASH_DARKENING = 0.55

/** @param picture the frame at rest, or a larger version of it that is `scale` times as wide and high */
export function readFaceColors(picture: RgbImage, scale: number, points: MeshPoints): FaceColors {
  const middleOfLids = EYES.flatMap((eye) => eye.upperLid.slice(2, 5))
  const lid = average(picture, scale, points, middleOfLids)
  return {
    skin: average(picture, scale, points, CHEEKS),
    lash: {
      red: lid.red * LASH_DARKENING,
      green: lid.green * LASH_DARKENING,
      blue: lid.blue * LASH_DARKENING,
    },
  }
}

function average(
  { data, width, height }: RgbImage,
  scale: number,
  points: MeshPoints,
  landmarks: readonly number[],
): Rgb {
  const sum = [0, 0, 0]
  for (const landmark of landmarks) {
    const x = Math.min(Math.max(Math.floor(points.x(landmark) * scale), 0), width - 1)
    const y = Math.min(Math.max(Math.floor(points.y(landmark) * scale), 0), height - 1)
    for (let channel = 0; channel < 3; channel++) {
      sum[channel]! += data[(y * width + x) * 3 + channel]! / landmarks.length
    }
  }
  return { red: sum[0]!, green: sum[1]!, blue: sum[2]! }
}
