// Draws one frame: the still picture, the moved people over it, then the caption. Frames depend on the poses alone, so that
// any worker may draw any frame.
import type { YuvPlanes } from '../picture/yuv-planes.ts'
import type { FacePose } from '../pose.ts'
import type { FaceRig } from '../rig/face-rig.ts'
import type { Patch } from './patch.ts'
import { PersonPainter } from './person-painter.ts'
import { TriangleSetUp } from './set-up-triangles.ts'
import type { Texture } from './texture.ts'
import { TriangleBatch } from './triangle-batch.ts'

export interface FrameSource {
  readonly memory: WebAssembly.Memory
  /** One for each person that moves; none reaches into another's part of the picture. */
  readonly rigs: readonly FaceRig[]
  /** The picture that faces are drawn from, with their mouths shut. */
  readonly texture: Texture
  /** The picture as it is: its teeth are seen between open lips. */
  readonly original: Texture
  /** The picture at rest, the size of the frame. */
  readonly still: YuvPlanes
}

export class FrameRenderer {
  readonly #source: FrameSource
  readonly #caption: Patch | null
  readonly #people: readonly PersonPainter[]
  readonly #luma: TriangleBatch
  readonly #chroma: TriangleBatch
  readonly #setUp: TriangleSetUp

  /** @param caption laid over every frame, e.g. that it is AI-made */
  constructor(source: FrameSource, caption: Patch | null = null) {
    const { memory, rigs, texture, original, still } = source
    this.#source = source
    this.#caption = caption
    this.#people = rigs.map((rig) => new PersonPainter(rig, original))
    this.#luma = new TriangleBatch(memory)
    this.#chroma = new TriangleBatch(memory)
    this.#setUp = new TriangleSetUp(this.#luma, this.#chroma, still.height, texture.scale)
  }

  /**
   * @param poses one for each person of the source
   * @param frame in the memory of the source
   */
  render(poses: readonly FacePose[], frame: YuvPlanes): void {
    const { still, texture } = this.#source
    frame.luma.set(still.luma)
    frame.blueChroma.set(still.blueChroma)
    frame.redChroma.set(still.redChroma)
    this.#luma.drawOn(frame.width, { target: frame.luma, texture: texture.luma })
    this.#chroma.drawOn(
      frame.width / 2,
      { target: frame.blueChroma, texture: texture.blueChroma },
      { target: frame.redChroma, texture: texture.redChroma },
    )
    this.#people.forEach((person, i) => {
      person.addTriangles(poses[i]!, this.#setUp)
    })
    this.#luma.flush()
    this.#chroma.flush()
    this.#people.forEach((person, i) => {
      person.paint(poses[i]!, frame)
    })
    this.#caption?.blendInto(frame)
  }
}
