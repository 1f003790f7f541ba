// Draws one frame: the still picture, the moved triangles over it layer by layer, then what is painted. Frames depend on
// the pose alone, so that any worker may draw any frame.

import type { YuvPlanes } from '../picture/yuv-planes.ts'
import type { FacePose } from '../pose.ts'
import type { FaceRig } from '../rig/face-rig.ts'
import { LashPainter } from './lash-painter.ts'
import { LidPainter } from './lid-painter.ts'
import { MouthPainter } from './mouth-painter.ts'
import type { Patch } from './patch.ts'
import { TriangleSetUp } from './set-up-triangles.ts'
import type { Texture } from './texture.ts'
import { TriangleBatch } from './triangle-batch.ts'
import { VertexPoser } from './vertex-poser.ts'

export interface FrameSource {
  readonly memory: WebAssembly.Memory
  readonly rig: FaceRig
  /** What the face is drawn from: the picture, with its mouth shut. */
  readonly texture: Texture
  /** The picture as it is: its teeth are seen between open lips. */
  readonly original: Texture
  /** The picture at rest, the size of the frame. */
  readonly still: YuvPlanes
}

export class FrameRenderer {
  readonly #source: FrameSource
  readonly #caption: Patch | null
  readonly #poser: VertexPoser
  readonly #mouth: MouthPainter
  readonly #lids: LidPainter
  readonly #lashes: LashPainter
  readonly #luma: TriangleBatch
  readonly #chroma: TriangleBatch
  readonly #setUp: TriangleSetUp

  /** @param caption laid over every frame, e.g. that it is AI-made */
  constructor(source: FrameSource, caption: Patch | null = null) {
    const { memory, rig, texture, original, still } = source
    this.#source = source
    this.#caption = caption
    this.#poser = new VertexPoser(rig)
    this.#mouth = new MouthPainter(rig, original)
    this.#lids = new LidPainter(rig)
    this.#lashes = new LashPainter(rig)
    this.#luma = new TriangleBatch(memory)
    this.#chroma = new TriangleBatch(memory)
    this.#setUp = new TriangleSetUp(this.#luma, this.#chroma, still.height, texture.scale)
  }

  /** @param frame in the memory of the source */
  render(pose: FacePose, frame: YuvPlanes): void {
    const { still, rig } = this.#source
    frame.luma.set(still.luma)
    frame.blueChroma.set(still.blueChroma)
    frame.redChroma.set(still.redChroma)
    const { eyesAreCovered } = rig.colors
    const blink = eyesAreCovered ? 0 : pose.blink
    this.#poser.pose(eyesAreCovered ? { ...pose, blink, brow: 0 } : pose)
    this.#drawTriangles(frame)
    this.#mouth.paint(frame, pose, this.#poser)
    this.#lids.paint(frame, blink, this.#poser.posed)
    this.#lashes.paint(frame, blink, this.#poser.posed)
    this.#caption?.blendInto(frame)
  }

  #drawTriangles(frame: YuvPlanes): void {
    const { rig, texture } = this.#source
    const { posed, lidsOpen } = this.#poser
    const { triangles, rest } = rig
    const whole = { rest, posed }
    this.#luma.drawOn(frame.width, { target: frame.luma, texture: texture.luma })
    this.#chroma.drawOn(
      frame.width / 2,
      { target: frame.blueChroma, texture: texture.blueChroma },
      { target: frame.redChroma, texture: texture.redChroma },
    )
    this.#setUp.add(triangles.surroundings, whole, { skipTurned: false, skipStill: true })
    this.#setUp.add(
      triangles.eyes,
      { rest, posed: lidsOpen },
      { skipTurned: false, skipStill: false },
    )
    this.#setUp.add(triangles.face, whole, { skipTurned: true, skipStill: false })
    this.#luma.flush()
    this.#chroma.flush()
  }
}
