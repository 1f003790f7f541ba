// The picture at rest, sampled from the texture exactly as moved triangles are: where a triangle has not moved, no edge
// shows between it and the still picture.
import type { Size } from '../../../domain/geometry.ts'
import { type YuvPlanes, yuvByteLength, yuvPlanesAt } from '../picture/yuv-planes.ts'
import { sampleSpans } from './sample-spans.ts'
import { SpanList, TEXTURE_FRACTION_BITS } from './span-list.ts'
import type { Texture } from './texture.ts'

const FIXED = 2 ** TEXTURE_FRACTION_BITS

export function stillFrom(texture: Texture, size: Size): YuvPlanes {
  const planes = yuvPlanesAt(new SharedArrayBuffer(yuvByteLength(size)), 0, size)
  const { width, height } = size
  sampleSpans(planes.luma, rows(width, height, texture.scale), texture.luma)
  const colorRows = rows(width / 2, height / 2, texture.scale)
  sampleSpans(planes.blueChroma, colorRows, texture.blueChroma)
  sampleSpans(planes.redChroma, colorRows, texture.redChroma)
  return planes
}

/** One span per row, through the centres of the pixels. */
function rows(width: number, height: number, scale: number): Int32Array {
  const spans = new SpanList()
  const first = Math.round((scale / 2 - 0.5) * FIXED)
  const step = Math.round(scale * FIXED)
  for (let y = 0; y < height; y++) spans.add(y * width, width, first, first + y * step, step, 0)
  return spans.fields()
}
