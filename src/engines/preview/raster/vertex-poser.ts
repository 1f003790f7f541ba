// Moves the vertices of a rig into a pose: mouth and lids first, then the head's turn over everything.
import type { FacePose } from '../pose.ts'
import type { FaceRig } from '../rig/face-rig.ts'
import { HeadTurn } from './head-turn.ts'
import { mouthMotion } from './mouth-motion.ts'

/** Brows go up by this part of the face's height. */
const BROW_RAISE = 0.012
/** A full breath raises the chest by this part of the face's height. */
const CHEST_RAISE = 0.014

export class VertexPoser {
  /** x, y of each vertex in the last pose. */
  readonly posed: Float32Array
  /** Vertices of the eyeballs only: they turn with the gaze, and no lid moves them. */
  readonly lidsOpen: Float32Array
  readonly head: HeadTurn
  readonly #rig: FaceRig
  readonly #eyeVertices: readonly number[]

  constructor(rig: FaceRig) {
    this.posed = new Float32Array(rig.vertexCount * 2)
    this.lidsOpen = new Float32Array(rig.vertexCount * 2)
    this.head = new HeadTurn(rig)
    this.#rig = rig
    this.#eyeVertices = [...new Set(rig.triangles.eyes)]
  }

  pose(pose: FacePose): void {
    const { vertexCount, rest, depth, headFollow, chest, mouth, mouthWeights, eyeWeights, gaze } =
      this.#rig
    const { close, jaw, widen, corner, raise, press, tuck, round } = mouthWeights
    const { blink, brow } = eyeWeights
    const { axisX, axisY, faceHeight } = mouth
    const { head, posed, lidsOpen } = this
    const motion = mouthMotion(pose, this.#rig)
    const browLift = pose.brow * BROW_RAISE * faceHeight
    const chestLift = pose.breath * CHEST_RAISE * faceHeight
    head.set(pose)
    for (let i = 0; i < vertexCount; i++) {
      const across = motion.widen * widen[i]!
      const down =
        motion.close * close[i]! +
        motion.jaw * jaw[i]! +
        motion.corner * corner[i]! +
        motion.raise * raise[i]! +
        motion.press * press[i]! +
        motion.tuck * tuck[i]! +
        motion.round * round[i]! -
        browLift * brow[i]!
      const x = rest[i * 2]! + across * axisX - down * axisY
      const y = rest[i * 2 + 1]! + across * axisY + down * axisX
      lidsOpen[i * 2] = x
      lidsOpen[i * 2 + 1] = y
      head.apply(
        x + blink[i * 2]! * pose.blink,
        y + blink[i * 2 + 1]! * pose.blink,
        depth[i]!,
        headFollow[i]!,
      )
      posed[i * 2] = head.x
      posed[i * 2 + 1] = head.y - chestLift * chest[i]!
    }
    for (const i of this.#eyeVertices) {
      head.apply(
        lidsOpen[i * 2]! + gaze[i * 2]! * pose.gazeX,
        lidsOpen[i * 2 + 1]! + gaze[i * 2 + 1]! * pose.gazeY,
        depth[i]!,
        headFollow[i]!,
      )
      lidsOpen[i * 2] = head.x
      lidsOpen[i * 2 + 1] = head.y
    }
  }
}
