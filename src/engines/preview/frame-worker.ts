// A thread that draws frames: it is told what it draws from, then poses and slots of the shared ring; it draws there and says so.
import { parentPort } from 'node:worker_threads'
import { frameStride, yuvPlanesIn } from './picture/yuv-planes.ts'
import type { FacePose } from './pose.ts'
import { captionPatch } from './raster/caption.ts'
import { FrameRenderer, type FrameSource } from './raster/frame-renderer.ts'

/** The first message. */
export interface FrameWorkerData {
  readonly source: FrameSource
  /** Burn the caption in. */
  readonly caption: boolean
  /** The slots, one frame after the other, in the memory of the source. */
  readonly ring: Uint8Array
}

/** One frame to draw. The answer, when it is drawn, is the slot. */
export interface FrameOrder {
  readonly slot: number
  /** One for each person. */
  readonly poses: readonly FacePose[]
}

const port = parentPort
port?.once('message', (data: FrameWorkerData) => drawFrames(port, data))

function drawFrames(port: NonNullable<typeof parentPort>, data: FrameWorkerData): void {
  const { source, caption, ring } = data
  const size = { width: source.still.width, height: source.still.height }
  const renderer = new FrameRenderer(source, caption ? captionPatch(size) : null)
  const stride = frameStride(size)
  port.on('message', ({ slot, poses }: FrameOrder) => {
    const block = ring.subarray(slot * stride)
    renderer.render(poses, yuvPlanesIn(block, size))
    port.postMessage(slot)
  })
}
