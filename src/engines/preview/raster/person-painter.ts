// Draws one person of a frame: the moved triangles layer by layer, then what is painted over them.
import type { YuvPlanes } from '../picture/yuv-planes.ts'
import type { FacePose } from '../pose.ts'
import type { FaceRig } from '../rig/face-rig.ts'
import { LashPainter } from './lash-painter.ts'
import { LidPainter } from './lid-painter.ts'
import { MouthPainter } from './mouth-painter.ts'
import type { TriangleSetUp } from './set-up-triangles.ts'
import type { Texture } from './texture.ts'
import { VertexPoser } from './vertex-poser.ts'

export class PersonPainter {
  readonly #rig: FaceRig
  readonly #poser: VertexPoser
  readonly #mouth: MouthPainter
  readonly #lids: LidPainter
  readonly #lashes: LashPainter

  /** @param original the picture as it is: its teeth are seen between open lips */
  constructor(rig: FaceRig, original: Texture) {
    this.#rig = rig
    this.#poser = new VertexPoser(rig)
    this.#mouth = new MouthPainter(rig, original)
    this.#lids = new LidPainter(rig)
    this.#lashes = new LashPainter(rig)
  }

  addTriangles(pose: FacePose, setUp: TriangleSetUp): void {
    const { triangles, rest } = this.#rig
    this.#poser.pose(this.#shown(pose))
    const { posed, lidsOpen } = this.#poser
    const whole = { rest, posed }
    setUp.add(triangles.surroundings, whole, { skipTurned: false, skipStill: true })
    setUp.add(triangles.eyes, { rest, posed: lidsOpen }, { skipTurned: false, skipStill: false })
    setUp.add(triangles.face, whole, { skipTurned: true, skipStill: false })
  }

  /** After the triangles of the same pose have been drawn. */
  paint(pose: FacePose, frame: YuvPlanes): void {
    const shown = this.#shown(pose)
    this.#mouth.paint(frame, shown, this.#poser)
    this.#lids.paint(frame, shown.blink, this.#poser.posed)
    this.#lashes.paint(frame, shown.blink, this.#poser.posed)
  }

  /** Nothing moves behind sunglasses, and they do not bend. */
  #shown(pose: FacePose): FacePose {
    if (!this.#rig.colors.eyesAreCovered) return pose
    return { ...pose, blink: 0, brow: 0, gazeX: 0, gazeY: 0 }
  }
}
