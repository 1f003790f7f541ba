// The colours the source picture gives to what is painted: teeth, lids and lashes have to fit this face and its light.
import { AROUND_MOUTH, EYES } from '../../../vision/landmarks.ts'
import type { RgbImage } from '../../../vision/rgb-image.ts'
import { coversEyes } from './covered-eyes.ts'
import type { MeshPoints } from './mesh-points.ts'
import { brightnessOf, type Rgb } from './rgb.ts'

export interface FaceColors {
  /** Around the mouth: what is painted in it has this light. */
  readonly mouthSkin: Rgb
  /** Colors of the lids, in the order of EYES. */
  readonly lids: readonly Rgb[]
  /** Color of the lash line of a shut eye. */
  readonly lash: Rgb
  /** Sunglasses hide the eyes. */
  readonly eyesAreCovered: boolean
}

/** Lashes are this much darker than the edge of the lid, which already holds some of them. */
const LASH_DARKENING = 0.55

/** @param picture the frame at rest, or a larger version of it that is `scale` times as wide and high */
export function readFaceColors(picture: RgbImage, scale: number, points: MeshPoints): FaceColors {
  const colorAt = (landmark: number): Rgb =>
    read(picture, points.x(landmark) * scale, points.y(landmark) * scale)
  const mouthSkin = mean(AROUND_MOUTH.map(colorAt))
  const lid = mean(EYES.flatMap((eye) => eye.upperLid.slice(2, 5)).map(colorAt))
  return {
    mouthSkin,
    lids: EYES.map((eye) =>
      lighterHalf([...eye.underBrow, ...eye.upperCrease, ...eye.pouch].map(colorAt)),
    ),
    lash: {
      red: lid.red * LASH_DARKENING,
      green: lid.green * LASH_DARKENING,
      blue: lid.blue * LASH_DARKENING,
    },
    eyesAreCovered: coversEyes(colorAt, mouthSkin),
  }
}

function read({ data, width, height }: RgbImage, x: number, y: number): Rgb {
  const column = Math.min(Math.max(Math.floor(x), 0), width - 1)
  const row = Math.min(Math.max(Math.floor(y), 0), height - 1)
  const at = (row * width + column) * 3
  return { red: data[at]!, green: data[at + 1]!, blue: data[at + 2]! }
}

/** The mean of the lighter ones: the dark ones are brow, lash or shadow. */
function lighterHalf(colors: readonly Rgb[]): Rgb {
  const byLight = colors.toSorted((a, b) => brightnessOf(b) - brightnessOf(a))
  return mean(byLight.slice(0, Math.ceil(byLight.length / 2)))
}

function mean(colors: readonly Rgb[]): Rgb {
  const average = (channel: keyof Rgb): number =>
    colors.reduce((sum, color) => sum + color[channel], 0) / colors.length
  return { red: average('red'), green: average('green'), blue: average('blue') }
}
