import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { yuvByteLength, yuvPlanesIn } from '../picture/yuv-planes.ts'
import { assembleSampleSpans, SAMPLE_SPANS_WASM } from './assemble-sample-spans.ts'
import { allocateShared, createFrameMemory } from './frame-memory.ts'
import { samplePoint } from './sample-point.ts'
import { SpanSampler } from './span-sampler.ts'
import { buildTexture } from './texture.ts'

const FIXED = 65_536

/** A texture of 16 x 8 pixels that differ from each other, and a row of 13 pixels to draw into. */
function bench() {
  const memory = createFrameMemory()
  const size = { width: 16, height: 8 }
  const planes = yuvPlanesIn(new Uint8Array(yuvByteLength(size)), size)
  planes.luma.forEach((_, i) => {
    planes.luma[i] = (i * 73 + (i >> 4) * 31) % 256
  })
  const texture = buildTexture(memory, planes, 1).luma
  const target = allocateShared(memory, 16)
  const sampler = new SpanSampler(memory)
  sampler.draw({ target, texture })
  return { planes, texture, target, sampler }
}

describe('the span sampler', () => {
  it('runs what its source says', async () => {
    expect(await readFile(SAMPLE_SPANS_WASM)).toEqual(Buffer.from(await assembleSampleSpans()))
  })

  it.each([1, 2, 3, 4, 5, 13])('fills %i pixels and not one more', (length) => {
    const { planes, target, sampler } = bench()
    sampler.add(1, length, 0, 2 * FIXED, FIXED, 0)
    sampler.flush()
    const row = planes.luma.subarray(32, 32 + length)
    expect([...target]).toEqual([0, ...row, ...new Array(15 - length).fill(0)])
  })

  it('mixes the four pixels around a point', () => {
    const { texture, target, sampler } = bench()
    sampler.add(0, 8, 0.3 * FIXED, 1.6 * FIXED, 1.25 * FIXED, 0.375 * FIXED)
    sampler.flush()
    for (let i = 0; i < 8; i++) {
      const exact = samplePoint(texture, 0.3 + i * 1.25 + 0.5, 1.6 + i * 0.375 + 0.5)
      expect(Math.abs(target[i]! - exact)).toBeLessThan(3)
    }
  })

  it('goes on with the border outside the texture', () => {
    const { planes, target, sampler } = bench()
    sampler.add(0, 6, -3 * FIXED, -9 * FIXED, FIXED, 0)
    sampler.add(6, 4, 14 * FIXED, 99 * FIXED, FIXED, 0)
    sampler.flush()
    const first = planes.luma[0]!
    const [beforeLast, last] = planes.luma.subarray(126, 128)
    expect([...target.subarray(0, 5)]).toEqual([first, first, first, first, planes.luma[1]])
    expect([...target.subarray(6, 10)]).toEqual([beforeLast, last, last, last])
  })

  it('draws more spans than fit into a batch, the later ones over the earlier', () => {
    const { planes, target, sampler } = bench()
    for (let i = 0; i < 5000; i++) sampler.add(i % 4, 1, 0, 0, 0, 0)
    sampler.add(2, 1, 5 * FIXED, 0, 0, 0)
    sampler.flush()
    const first = planes.luma[0]
    expect([...target.subarray(0, 5)]).toEqual([first, first, planes.luma[5], first, 0])
  })
})
