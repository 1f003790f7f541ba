// Handles one voice whose speaker was named by a box or by the number of a face. The graph for one speaker moves every mouth in the
// picture; only the graph for two has masks. So the second speaker is everybody else, and is silent.
import type { Box, Size } from '@infinitetalk/arithmetic'
import type { RelativeBox } from '@infinitetalk/contract'

interface Choice {
  readonly voices: readonly { readonly box: RelativeBox | null }[]
  readonly face: { readonly index: number | null; readonly crop: boolean }
}

/** A picture cropped to the face shows nobody else. */
export function isSpeakerChosen({ voices, face }: Choice): boolean {
  const [voice] = voices
  if (voice === undefined || voices.length > 1) return false
  return voice.box !== null || (face.index !== null && !face.crop)
}

/** The head with hair, chin and neck around the detected face. */
const HEAD_WIDTH = 2
const HEAD_HEIGHT = 2.2

/** @param face in pixels of the picture */
export function headAround(face: Box, picture: Size): RelativeBox {
  const [left, right] = spread(face.x, face.width, HEAD_WIDTH, picture.width)
  const [top, bottom] = spread(face.y, face.height, HEAD_HEIGHT, picture.height)
  return [left, top, right - left, bottom - top]
}

function spread(from: number, length: number, by: number, whole: number): [number, number] {
  const middle = from + length / 2
  const half = (length * by) / 2
  return [Math.max(0, middle - half) / whole, Math.min(whole, middle + half) / whole]
}
