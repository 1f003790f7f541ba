// Paints the inside of the mouth over a posed face, through the opening between its lips.
import { INNER_LIP_BOTTOM, INNER_LIP_TOP } from '../../../vision/landmarks.ts'
import type { YuvPlanes } from '../picture/yuv-planes.ts'
import type { FacePose } from '../pose.ts'
import type { FaceRig } from '../rig/face-rig.ts'
import { INNER_LIP_CORNERS, innerLipCorners } from './inner-lip.ts'
import { type LipEdges, LipRim } from './lip-rim.ts'
import { MouthCavity } from './mouth-cavity.ts'
import { mouthMotion } from './mouth-motion.ts'
import { Patch } from './patch.ts'
import { PolygonCoverage } from './polygon-coverage.ts'
import { SourceTeeth } from './source-teeth.ts'
import type { Texture } from './texture.ts'
import type { VertexPoser } from './vertex-poser.ts'

/** Lips that are less than this apart are shut, in pixels. */
const MIN_OPENING = 0.35
/** A pixel less covered than this is left alone. */
const MIN_COVERAGE = 0.01
/** Where the edge of a lip is taken to be, between outside (0) and inside (1) of the opening. */
const LIP_EDGE = 0.25

export class MouthPainter {
  readonly #rig: FaceRig
  readonly #cavity: MouthCavity
  readonly #teeth: SourceTeeth | null
  readonly #rim: LipRim
  readonly #patch = new Patch()
  readonly #outline = new Float32Array(INNER_LIP_CORNERS * 2)
  readonly #coverage = new PolygonCoverage(INNER_LIP_CORNERS)
  #upperEdge = new Float32Array(0)
  #lowerEdge = new Float32Array(0)

  constructor(rig: FaceRig, texture: Texture) {
    this.#rig = rig
    this.#cavity = new MouthCavity(rig)
    this.#rim = new LipRim(rig.mouth.halfWidth)
    this.#teeth = rig.showsTeeth ? new SourceTeeth(rig, texture) : null
  }

  paint(frame: YuvPlanes, pose: FacePose, { posed, head }: VertexPoser): void {
    const { mouth, depth } = this.#rig
    // Lips that are pressed overlap: then it is negative.
    const opening =
      (posed[INNER_LIP_BOTTOM * 2 + 1]! - posed[INNER_LIP_TOP * 2 + 1]!) * mouth.axisX -
      (posed[INNER_LIP_BOTTOM * 2]! - posed[INNER_LIP_TOP * 2]!) * mouth.axisY
    if (opening < MIN_OPENING) return
    innerLipCorners(posed, this.#outline)
    if (!this.#coverage.cover(this.#patch, this.#outline, frame)) return

    const { toothUnit } = mouth
    this.#cavity.set(pose, mouthMotion(pose, this.#rig).jaw / toothUnit, opening / toothUnit)
    // The skull's own axes after the head has turned: teeth stay on them whatever the lips do.
    const z = depth[INNER_LIP_TOP]!
    head.apply(mouth.centerX, mouth.centerY, z, 1)
    const originX = head.x
    const originY = head.y
    head.apply(
      mouth.centerX + mouth.axisX * toothUnit,
      mouth.centerY + mouth.axisY * toothUnit,
      z,
      1,
    )
    const length = Math.hypot(head.x - originX, head.y - originY) * toothUnit
    this.#paintPixels({
      originX,
      originY,
      axisX: (head.x - originX) / length,
      axisY: (head.y - originY) / length,
    })
    this.#rim.paint(frame, this.#lipEdges(), opening)
    this.#patch.blendInto(frame)
  }

  #lipEdges(): LipEdges {
    const { x, y, width } = this.#patch
    const toFrame = (rows: Float32Array): Float32Array =>
      rows.subarray(0, width).map((row) => row + y)
    const [upper, lower] = [toFrame(this.#upperEdge), toFrame(this.#lowerEdge)]
    return { firstColumn: x, columns: width, upper, lower }
  }

  /** @param skull where its origin is, and its axis across in tooth units per pixel */
  #paintPixels(skull: { originX: number; originY: number; axisX: number; axisY: number }): void {
    const patch = this.#patch
    const cavity = this.#cavity
    const unit = this.#rig.mouth.toothUnit
    this.#findLips()
    const point = { across: 0, down: 0, fromUpperLip: 0, fromLowerLip: 0 }
    for (let y = 0; y < patch.height; y++) {
      const dy = patch.y + y + 0.5 - skull.originY
      for (let x = 0; x < patch.width; x++) {
        const at = y * patch.width + x
        if (patch.coverage[at]! < MIN_COVERAGE) {
          patch.coverage[at] = 0
          continue
        }
        const dx = patch.x + x + 0.5 - skull.originX
        point.across = dx * skull.axisX + dy * skull.axisY
        point.down = dy * skull.axisX - dx * skull.axisY
        point.fromUpperLip = (y - this.#upperEdge[x]!) / unit
        point.fromLowerLip = (this.#lowerEdge[x]! - y) / unit
        cavity.paint(point)
        if (this.#teeth !== null) this.#paintSourceTeeth(this.#teeth, point)
        cavity.shade(point)
        patch.luma[at] = cavity.luma
        patch.blueChroma[at] = cavity.blueChroma
        patch.redChroma[at] = cavity.redChroma
      }
    }
  }

  #paintSourceTeeth(teeth: SourceTeeth, point: { across: number; down: number }): void {
    const { centerX, centerY, axisX, axisY, toothUnit } = this.#rig.mouth
    const x = centerX + (point.across * axisX - point.down * axisY) * toothUnit
    const y = centerY + (point.across * axisY + point.down * axisX) * toothUnit
    const share = teeth.sample(x, y)
    if (share > 0) this.#cavity.over(teeth, 1, share)
  }

  /** Finds in each column of the patch where the opening begins and ends, between the pixels. */
  #findLips(): void {
    const { width, height, coverage } = this.#patch
    if (width > this.#upperEdge.length) {
      this.#upperEdge = new Float32Array(width)
      this.#lowerEdge = new Float32Array(width)
    }
    this.#upperEdge.fill(height, 0, width)
    this.#lowerEdge.fill(-1, 0, width)
    for (let y = 1; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const above = coverage[(y - 1) * width + x]!
        const here = coverage[y * width + x]!
        const edge = y - 1 + (LIP_EDGE - above) / (here - above)
        if (above < LIP_EDGE && here >= LIP_EDGE) {
          if (edge < this.#upperEdge[x]!) this.#upperEdge[x] = edge
        } else if (above >= LIP_EDGE && here < LIP_EDGE) this.#lowerEdge[x] = edge
      }
    }
  }
}
