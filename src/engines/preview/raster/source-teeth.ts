// The teeth of a picture that smiles: where they are and how they look, so that they can be shown again behind the moving
// lips instead of painted ones.
import { BLACK_LUMA, NEUTRAL_CHROMA } from '../picture/yuv-color.ts'
import type { FaceRig } from '../rig/face-rig.ts'
import { smoothRamp } from '../speech/ramps.ts'
import { INNER_LIP_CORNERS, innerLipCorners } from './inner-lip.ts'
import { Patch } from './patch.ts'
import { PolygonCoverage } from './polygon-coverage.ts'
import { samplePoint } from './sample-point.ts'
import type { Texture } from './texture.ts'

/** The rim of the opening is lip and shadow: it is faded out over this part of half the mouth's width. */
const RIM = 0.05
/** Further below the upper lip, in tooth units, lie the tongue and the lower teeth, which move with the jaw. */
const UPPER_TEETH = { from: 0.34, to: 0.42 } as const

export class SourceTeeth {
  readonly #texture: Texture
  readonly #mask = new Patch()
  /** The color of the last `sample()`, as in `YuvColor`. */
  luma = 0
  blueChroma = 0
  redChroma = 0

  constructor(rig: FaceRig, texture: Texture) {
    this.#texture = texture
    const frame = {
      width: texture.luma.width / texture.scale,
      height: texture.luma.height / texture.scale,
    }
    const outline = new Float32Array(INNER_LIP_CORNERS * 2)
    innerLipCorners(rig.rest, outline)
    new PolygonCoverage(INNER_LIP_CORNERS).cover(this.#mask, outline, frame)
    keepTop(this.#mask, rig.mouth.toothUnit)
    shrink(this.#mask, Math.max(1, Math.round(rig.mouth.halfWidth * RIM)))
  }

  /** How much of a point of the source picture belongs to its teeth, 0..1; where it does its colour is in the fields. */
  sample(x: number, y: number): number {
    const mask = this.#mask
    const column = Math.floor(x) - mask.x
    const row = Math.floor(y) - mask.y
    if (column < 0 || row < 0 || column >= mask.width || row >= mask.height) return 0
    const share = mask.coverage[row * mask.width + column]!
    if (share === 0) return 0
    const { luma, blueChroma, redChroma, scale } = this.#texture
    this.luma = samplePoint(luma, x * scale, y * scale) - BLACK_LUMA
    this.blueChroma = samplePoint(blueChroma, (x * scale) / 2, (y * scale) / 2) - NEUTRAL_CHROMA
    this.redChroma = samplePoint(redChroma, (x * scale) / 2, (y * scale) / 2) - NEUTRAL_CHROMA
    return share
  }
}

/** Fades a mask out below the upper teeth. */
function keepTop({ width, height, coverage }: Patch, toothUnit: number): void {
  for (let x = 0; x < width; x++) {
    let top = 0
    while (top < height && coverage[top * width + x] === 0) top++
    for (let y = top; y < height; y++) {
      const depth = (y - top) / toothUnit
      coverage[y * width + x]! *= 1 - smoothRamp(UPPER_TEETH.from, UPPER_TEETH.to, depth)
    }
  }
}

/** Fades a mask inwards by about `radius` pixels. */
function shrink({ width, height, coverage }: Patch, radius: number): void {
  const whole = coverage.slice(0, width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0
      for (let dy = -radius; dy <= radius; dy++) {
        const row = Math.min(Math.max(y + dy, 0), height - 1) * width
        for (let dx = -radius; dx <= radius; dx++) {
          sum += whole[row + Math.min(Math.max(x + dx, 0), width - 1)]!
        }
      }
      coverage[y * width + x] = smoothRamp(0.62, 0.95, sum / (2 * radius + 1) ** 2)
    }
  }
}
