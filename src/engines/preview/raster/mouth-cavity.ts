// Draws what is seen between open lips: a dark cavity, the tongue, the lower teeth on the jaw and the upper teeth on the skull,
// under the shadow of the lips. Drawn from formulas tuned by eye, lit and tinted like the skin around it.
// Coordinates are tooth units (see MouthFrame) from the middle of the mouth: across to the right, down the face.
import { toYuv, type YuvColor } from '../picture/yuv-color.ts'
import type { FacePose } from '../pose.ts'
import type { FaceRig } from '../rig/face-rig.ts'
import { clamp, smoothRamp } from '../speech/ramps.ts'
import { UpperTeeth } from './upper-teeth.ts'

/** A point inside the mouth. */
export interface CavityPoint {
  readonly across: number
  readonly down: number
  /** Distance to the edge of the upper lip above the point and of the lower lip below it. */
  readonly fromUpperLip: number
  readonly fromLowerLip: number
}

/** Brightness of skin, 0..255, at which the colours below are right as they are. */
const REFERENCE_SKIN = 185
/** Skin is about this saturated. The inside of a mouth is as colourful as the picture: a grey one stays grey. */
const SKIN_SATURATION = 0.26
/** Teeth lie in the shadow of the lips: they are never brighter than the skin around the mouth. */
const TOOTH_BRIGHTNESS = 0.94
const LOWER_TOOTH_WIDTH = 0.13

export class MouthCavity {
  readonly #rig: FaceRig
  readonly #teeth: YuvColor
  readonly #cavity: YuvColor
  readonly #tongue: YuvColor
  readonly #seam: number
  readonly #upperTeeth = new UpperTeeth()
  // Values of the current pose.
  #opening = 0
  #tongueDown = 0
  #tongueHeight = 0
  #lowerTeethEdge = 0
  #upperTeethEdge = 0
  #upperTeethHalfWidth = 1
  // The colour of the last point, as in `YuvColor`.
  luma = 0
  blueChroma = 0
  redChroma = 0

  constructor(rig: FaceRig) {
    this.#rig = rig
    const { red, green, blue } = rig.colors.mouthSkin
    const saturation = clamp((red - blue) / Math.max(1, red) / SKIN_SATURATION, 0, 1)
    const color = (r: number, g: number, b: number): YuvColor => {
      const { luma, blueChroma, redChroma } = toYuv({ red: r, green: g, blue: b })
      return { luma, blueChroma: blueChroma * saturation, redChroma: redChroma * saturation }
    }
    const brightness = Math.max(1, 0.3 * red + 0.59 * green + 0.11 * blue)
    const light = clamp(0.25 + 0.75 * clamp(brightness / REFERENCE_SKIN, 0.28, 1.05), 0.3, 1)
    // Less tinted than the skin: in its shadow a yellow tooth would look green.
    const tint = (skin: number): number => 0.78 + 0.22 * Math.min(1.15, skin / brightness)
    const white = TOOTH_BRIGHTNESS * brightness
    this.#teeth = color(
      1.03 * white * tint(red),
      0.975 * white * tint(green),
      0.9 * white * tint(blue),
    )
    this.#cavity = color(58 * light, 22 * light, 20 * light)
    this.#tongue = color(158 * light, 80 * light, 78 * light)
    this.#seam = (rig.seam * rig.mouth.halfWidth) / rig.mouth.toothUnit
  }

  /**
   * @param jawDrop how far the jaw is down, in tooth units
   * @param opening distance between the lips in the middle, in tooth units
   */
  set(pose: FacePose, jawDrop: number, opening: number): void {
    const { halfWidth, toothUnit } = this.#rig.mouth
    const rounding = clamp(-pose.wide, 0, 1)
    this.#opening = opening
    this.#tongueDown = this.#seam + jawDrop * (0.78 - 0.25 * pose.tongue) + 0.06 - 0.1 * pose.tongue
    this.#tongueHeight = 0.31 + 0.1 * pose.tongue
    this.#lowerTeethEdge = this.#seam + jawDrop - 0.035
    this.#upperTeethEdge = this.#seam + 0.15 + 0.03 * pose.upperLip
    this.#upperTeethHalfWidth = Math.max(0.55, (halfWidth / toothUnit) * 0.86 - 0.22 * rounding)
  }

  /** Paints one point; its colour, not yet shaded by the lips, is in the fields. */
  paint(point: CavityPoint): void {
    const depth = smoothRamp(0, 0.35, point.fromUpperLip)
    const shade = 0.95 - 0.5 * depth
    this.luma = this.#cavity.luma * shade
    this.blueChroma = this.#cavity.blueChroma * shade
    this.redChroma = this.#cavity.redChroma * shade
    this.#paintTongue(point)
    this.#paintLowerTeeth(point)
    this.#paintUpperTeeth(point)
  }

  /** Lays a colour over the last point. */
  over({ luma, blueChroma, redChroma }: YuvColor, shade: number, alpha: number): void {
    this.luma += (luma * shade - this.luma) * alpha
    this.blueChroma += (blueChroma * shade - this.blueChroma) * alpha
    this.redChroma += (redChroma * shade - this.redChroma) * alpha
  }

  /** Shades the last point by the lips around it; through a small opening little light falls. */
  shade({ fromUpperLip, fromLowerLip }: CavityPoint): void {
    const light =
      (0.34 + 0.66 * smoothRamp(-0.03, 0.15, fromUpperLip)) *
      (0.7 + 0.3 * smoothRamp(-0.02, 0.12, fromLowerLip)) *
      (0.5 + 0.5 * smoothRamp(0.04, 0.34, this.#opening))
    this.luma *= light
    this.blueChroma *= light
    this.redChroma *= light
  }

  #paintTongue({ across, down, fromUpperLip }: CavityPoint): void {
    const belowTop = down - this.#tongueDown
    const ellipse = (across / 0.62) ** 2 + ((belowTop - 0.01) / this.#tongueHeight) ** 2
    if (ellipse >= 1.1) return
    const alpha =
      (1 - smoothRamp(0.55, 1.1, ellipse)) *
      smoothRamp(0.1, 0.3, this.#opening) *
      0.92 *
      (0.55 + 0.45 * smoothRamp(0.02, 0.25, fromUpperLip))
    const shine = Math.exp(-((belowTop / 0.06) ** 2) - (across / 0.3) ** 2)
    this.over(this.#tongue, 0.62 + 0.3 * (1 - ellipse) + 0.12 * shine, alpha)
  }

  #paintLowerTeeth({ across, down }: CavityPoint): void {
    const side = Math.abs(across)
    if (side >= 0.62) return
    const edge = this.#lowerTeethEdge + 0.05 * across * across
    if (down <= edge - 0.03) return
    const alpha =
      smoothRamp(edge - 0.03, edge + 0.03, down) *
      (1 - smoothRamp(0.42, 0.62, side)) *
      smoothRamp(0.25, 0.5, this.#opening) *
      0.75
    const gaps = Math.min(1, 3 * wave(across / LOWER_TOOTH_WIDTH))
    this.over(this.#teeth, (0.62 - 0.35 * across * across) * (0.85 + 0.15 * gaps), alpha)
  }

  #paintUpperTeeth({ across, down }: CavityPoint): void {
    const teeth = this.#upperTeeth
    teeth.look(across, down, this.#upperTeethEdge, this.#upperTeethHalfWidth)
    if (teeth.alpha > 0) this.over(this.#teeth, teeth.shade, teeth.alpha)
  }
}

/** Arches between the even numbers: 0 at each of them and 1 half way between, like a row of teeth. */
function wave(place: number): number {
  const turn = Math.abs(place) % 2
  return turn * (2 - turn)
}
