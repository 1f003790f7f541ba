// The picture at rest, sampled from the texture exactly as moved triangles are: where a triangle has not moved, no edge
// shows between it and the still picture.
import type { Size } from '../../../domain/geometry.ts'
import { type YuvPlanes, yuvByteLength, yuvPlanesIn } from '../picture/yuv-planes.ts'
import { allocateShared } from './frame-memory.ts'
import { SpanSampler, TEXTURE_FRACTION_BITS } from './span-sampler.ts'
import type { Texture } from './texture.ts'

const FIXED = 2 ** TEXTURE_FRACTION_BITS

export function stillFrom(memory: WebAssembly.Memory, texture: Texture, size: Size): YuvPlanes {
  const still = yuvPlanesIn(allocateShared(memory, yuvByteLength(size)), size)
  const spans = new SpanSampler(memory)
  spans.draw({ target: still.luma, texture: texture.luma })
  addRows(spans, size.width, size.height, texture.scale)
  spans.draw(
    { target: still.blueChroma, texture: texture.blueChroma },
    { target: still.redChroma, texture: texture.redChroma },
  )
  addRows(spans, size.width / 2, size.height / 2, texture.scale)
  return still
}

/** One span per row, through the centres of the pixels. */
function addRows(spans: SpanSampler, width: number, height: number, scale: number): void {
  const first = Math.round((scale / 2 - 0.5) * FIXED)
  const step = Math.round(scale * FIXED)
  for (let y = 0; y < height; y++) spans.add(y * width, width, first, first + y * step, step, 0)
  spans.flush()
}
