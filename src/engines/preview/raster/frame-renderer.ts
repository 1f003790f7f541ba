// Draws one frame: the still picture, the moved triangles over it layer by layer, then what is painted. Frames depend on
// the pose alone, so that any worker may draw any frame.

import type { YuvPlanes } from '../picture/yuv-planes.ts'
import type { FacePose } from '../pose.ts'
import type { FaceRig } from '../rig/face-rig.ts'
import { LashPainter } from './lash-painter.ts'
import { MouthPainter } from './mouth-painter.ts'
import type { Patch } from './patch.ts'
import { type PlaneGeometry, scanTriangles } from './scan-triangles.ts'
import { SpanSampler } from './span-sampler.ts'
import type { Texture } from './texture.ts'
import { VertexPoser } from './vertex-poser.ts'

export interface FrameSource {
  readonly memory: WebAssembly.Memory
  readonly rig: FaceRig
  readonly texture: Texture
  /** The picture at rest, the size of the frame. */
  readonly still: YuvPlanes
}

export class FrameRenderer {
  readonly #source: FrameSource
  readonly #caption: Patch | null
  readonly #poser: VertexPoser
  readonly #mouth: MouthPainter
  readonly #lashes: LashPainter
  readonly #spans: SpanSampler
  readonly #lumaPlane: PlaneGeometry
  readonly #chromaPlane: PlaneGeometry

  /** @param caption laid over every frame, e.g. that it is AI-made */
  constructor(source: FrameSource, caption: Patch | null = null) {
    const { rig, texture, still } = source
    this.#source = source
    this.#caption = caption
    this.#spans = new SpanSampler(source.memory)
    this.#poser = new VertexPoser(rig)
    this.#mouth = new MouthPainter(rig, texture)
    this.#lashes = new LashPainter(rig)
    this.#lumaPlane = planeGeometry(still, texture.scale, 1)
    this.#chromaPlane = planeGeometry(still, texture.scale, 1 / 2)
  }

  /** @param frame in the memory of the source */
  render(pose: FacePose, frame: YuvPlanes): void {
    const { still, texture } = this.#source
    frame.luma.set(still.luma)
    frame.blueChroma.set(still.blueChroma)
    frame.redChroma.set(still.redChroma)
    this.#poser.pose(pose)
    this.#spans.draw({ target: frame.luma, texture: texture.luma })
    this.#scan(this.#lumaPlane)
    this.#spans.draw(
      { target: frame.blueChroma, texture: texture.blueChroma },
      { target: frame.redChroma, texture: texture.redChroma },
    )
    this.#scan(this.#chromaPlane)
    this.#mouth.paint(frame, pose, this.#poser)
    this.#lashes.paint(frame, pose.blink, this.#poser.posed)
    this.#caption?.blendInto(frame)
  }

  #scan(plane: PlaneGeometry): void {
    const { triangles, rest } = this.#source.rig
    const { posed, headOnly } = this.#poser
    const whole = { rest, posed }
    scanTriangles(this.#spans, triangles.surroundings, whole, plane, {
      skipTurned: false,
      skipStill: true,
    })
    scanTriangles(this.#spans, triangles.eyes, { rest, posed: headOnly }, plane, {
      skipTurned: false,
      skipStill: false,
    })
    scanTriangles(this.#spans, triangles.face, whole, plane, {
      skipTurned: true,
      skipStill: false,
    })
    this.#spans.flush()
  }
}

function planeGeometry(still: YuvPlanes, textureScale: number, scale: number): PlaneGeometry {
  return {
    width: still.width * scale,
    height: still.height * scale,
    scale,
    textureScale: textureScale * scale,
  }
}
