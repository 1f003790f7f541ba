// Whether something dark hides the eyes: then nothing there may blink or bend.
import { EYES } from '../../../vision/landmarks.ts'
import { brightnessOf, type Rgb } from './rgb.ts'

/** Darker than this part of the skin's brightness is no skin. */
const DARK_SHARE = 0.5
/** Skin around open eyes is seen at nearly all of these places; behind sunglasses at nearly none. */
const COVERED_SHARE = 0.8

/** @param colorAt of the picture at a landmark */
export function coversEyes(colorAt: (landmark: number) => Rgb, skin: Rgb): boolean {
  const limit = DARK_SHARE * brightnessOf(skin)
  return EYES.every(({ upperCrease, lowerLid, upperLid }) => {
    const places = [...upperCrease, ...lowerLid, ...upperLid]
    const dark = places.filter((landmark) => brightnessOf(colorAt(landmark)) < limit)
    return dark.length >= COVERED_SHARE * places.length
  })
}
