// Paints lips over the opening of a picture's open mouth: where the lips of the rig meet, nothing dark or white is left
// between them.
import type { RgbImage } from '../../../vision/rgb-image.ts'
import { LipLines } from '../rig/lip-lines.ts'
import type { MeshPoints } from '../rig/mesh-points.ts'
import type { MouthFrame } from '../rig/mouth-frame.ts'
import { smoothRamp } from '../speech/ramps.ts'
import { MouthPixels } from './mouth-pixels.ts'

/** The colours come from this far inside the lips, in half mouth widths: their rims are blurred with what they frame. */
const MARGIN = 0.07
/** The corners of an open mouth are dark spots: there they come from further away. */
const CORNER_MARGIN = 0.07
const CORNER_FROM = 0.7
/** The dark of an open corner reaches a little beyond it. */
const BEYOND_CORNERS = 1.16
const CORNER_FADE = 0.12
/** Shut lips leave a soft shadow where they meet, a little above the middle of what is painted. */
const SEAM_DARKNESS = 0.42
const SEAM_PLACE = 0.4
const SEAM_HALF_WIDTH = 0.14

/** @param scale pixels of the picture for one of the points' */
export function closeMouthIn(
  picture: RgbImage,
  scale: number,
  points: MeshPoints,
  mouth: MouthFrame,
): void {
  const { data, width, height } = picture
  const { axisX, axisY } = mouth
  const lips = new LipLines(points, mouth)
  const source = new MouthPixels({ ...picture, data: data.slice() }, scale, mouth)
  const unit = mouth.halfWidth * scale
  const centerX = mouth.centerX * scale
  const centerY = mouth.centerY * scale
  const reach = Math.ceil(unit * 1.4)
  const upper = [0, 0, 0]
  const lower = [0, 0, 0]
  for (
    let y = Math.max(0, Math.floor(centerY - reach));
    y < Math.min(height, centerY + reach);
    y++
  ) {
    for (
      let x = Math.max(0, Math.floor(centerX - reach));
      x < Math.min(width, centerX + reach);
      x++
    ) {
      const dx = x + 0.5 - centerX
      const dy = y + 0.5 - centerY
      const across = (dx * axisX + dy * axisY) / unit
      const down = (dy * axisX - dx * axisY) / unit
      const fade = smoothRamp(0, CORNER_FADE, BEYOND_CORNERS - Math.abs(across))
      if (fade === 0) continue
      const corner = CORNER_MARGIN * smoothRamp(CORNER_FROM, 1, Math.abs(across))
      const halfGap = lips.gap(across) / 2 + MARGIN + corner
      const fromTop = down - lips.middle(across) + halfGap
      if (fromTop <= 0 || fromTop >= 2 * halfGap) continue
      const share = fromTop / (2 * halfGap)
      source.read(across, down - fromTop, upper)
      source.read(across, down - fromTop + 2 * halfGap, lower)
      const seam = 1 - SEAM_DARKNESS * Math.exp(-(((share - SEAM_PLACE) / SEAM_HALF_WIDTH) ** 2))
      for (let channel = 0; channel < 3; channel++) {
        const at = (y * width + x) * 3 + channel
        const lip = upper[channel]! + (lower[channel]! - upper[channel]!) * share
        data[at] = data[at]! + (lip * seam - data[at]!) * fade
      }
    }
  }
}
