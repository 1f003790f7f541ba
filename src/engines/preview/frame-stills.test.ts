import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { FRAME_EVERY_MS, FRAME_MAX_SIDE, isLatestFrame } from '../../domain/latest-frame.ts'
import { FrameStills } from './frame-stills.ts'
import { rgbToYuv, yuvByteLength, yuvPlanesIn } from './picture/yuv-planes.ts'

const SIZE = { width: 1280, height: 704 }

/** One colour, as a frame of the video has it. */
function frameOf(rgb: readonly [number, number, number]): Uint8Array {
  const data = new Uint8Array(SIZE.width * SIZE.height * 3).map((_, at) => rgb[at % 3]!)
  const planes = rgbToYuv({ data, ...SIZE })
  const frame = new Uint8Array(yuvByteLength(SIZE))
  const to = yuvPlanesIn(frame, SIZE)
  for (const plane of ['luma', 'blueChroma', 'redChroma'] as const) to[plane].set(planes[plane])
  return frame
}

describe('the stills of a render', () => {
  it('have the colours of the frame, and are small', async () => {
    const seen: Uint8Array[] = []
    const stills = new FrameStills(SIZE, (jpeg) => seen.push(jpeg))
    stills.offer(frameOf([200, 90, 40]))
    await stills.end()
    const [jpeg] = seen
    expect(isLatestFrame(jpeg!)).toBe(true)
    const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true })
    expect(Math.max(info.width, info.height)).toBeLessThanOrEqual(FRAME_MAX_SIDE)
    expect(info.width / info.height).toBeCloseTo(SIZE.width / SIZE.height, 1)
    for (const [channel, value] of [200, 90, 40].entries()) {
      expect(Math.abs(data[channel]! - value)).toBeLessThan(5)
    }
  })

  it('are made of the frame as it was when it was offered, once in two seconds', async () => {
    let nowMs = 0
    const seen: Uint8Array[] = []
    const stills = new FrameStills(
      SIZE,
      (jpeg) => seen.push(jpeg),
      () => nowMs,
    )
    const frame = frameOf([250, 250, 250])
    stills.offer(frame)
    frame.fill(0)
    await stills.end()
    nowMs = FRAME_EVERY_MS - 1
    stills.offer(frame)
    await stills.end()
    expect(seen).toHaveLength(1)
    expect((await sharp(seen[0]).stats()).dominant.r).toBeGreaterThan(200)
    nowMs = FRAME_EVERY_MS
    stills.offer(frame)
    await stills.end()
    expect(seen).toHaveLength(2)
  })

  it('cost nothing where nobody watches', async () => {
    const stills = new FrameStills(SIZE, undefined)
    // A frame that cannot be read: it is not looked at.
    stills.offer(new Uint8Array(0))
    await stills.end()
  })
})
