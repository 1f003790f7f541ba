// The picture at rest, sampled from the texture exactly as moved triangles are: where a triangle has not moved, no edge
// shows between it and the still picture.
import type { Size } from '@infinitetalk/arithmetic'
import { frameStride, type YuvPlanes, yuvPlanesIn } from '../picture/yuv-planes.ts'
import { allocateShared } from './frame-memory.ts'
import { TriangleSetUp } from './set-up-triangles.ts'
import type { Texture } from './texture.ts'
import { TriangleBatch } from './triangle-batch.ts'

export function stillFrom(memory: WebAssembly.Memory, texture: Texture, size: Size): YuvPlanes {
  const still = yuvPlanesIn(allocateShared(memory, frameStride(size)), size)
  const { width, height } = size
  const luma = new TriangleBatch(memory)
  const chroma = new TriangleBatch(memory)
  luma.drawOn(width, { target: still.luma, texture: texture.luma })
  chroma.drawOn(
    width / 2,
    { target: still.blueChroma, texture: texture.blueChroma },
    { target: still.redChroma, texture: texture.redChroma },
  )
  const corners = Float32Array.of(0, 0, width, 0, 0, height, width, height)
  const whole = { rest: corners, posed: corners }
  new TriangleSetUp(luma, chroma, height, texture.scale).add(
    Uint16Array.of(0, 1, 2, 1, 3, 2),
    whole,
    { skipTurned: false, skipStill: false },
  )
  luma.flush()
  chroma.flush()
  return still
}
