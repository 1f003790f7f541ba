import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { FRAME_EVERY_MS, FRAME_MAX_SIDE, isLatestFrame } from '../../domain/latest-frame.ts'
import { PreviewFrames, pictureOf } from './preview-frames.ts'

function head(type: number, second: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32BE(type, 0)
  bytes.writeUInt32BE(second, 4)
  return bytes
}

async function picture(format: 'jpeg' | 'png', side = 64): Promise<Buffer> {
  const create = { width: side, height: side, channels: 3, background: '#b0a090' } as const
  return sharp({ create }).toFormat(format).toBuffer()
}

function frames() {
  const time = { ms: 0 }
  const shown: Uint8Array[] = []
  return {
    time,
    shown,
    previews: new PreviewFrames(
      (jpeg) => shown.push(jpeg),
      () => time.ms,
    ),
  }
}

describe('a preview of the sampler', () => {
  it('is read in both forms that ComfyUI sends, and in no other', async () => {
    const jpeg = await picture('jpeg')
    expect(pictureOf(Buffer.concat([head(1, 1), jpeg]))).toEqual(jpeg)
    const metadata = Buffer.from('{"node_id":"3"}')
    expect(pictureOf(Buffer.concat([head(4, metadata.length), metadata, jpeg]))).toEqual(jpeg)
    expect(pictureOf(Buffer.concat([head(3, 1), Buffer.from('3text')]))).toBeNull()
    expect(pictureOf(head(1, 1))).toBeNull()
    expect(pictureOf(Buffer.concat([head(4, 4_000_000_000), jpeg]))).toBeNull()
    expect(pictureOf(Buffer.alloc(0))).toBeNull()
  })

  it.each(['jpeg', 'png'] as const)('becomes a small JPEG, of a %s', async (format) => {
    const { previews, shown } = frames()
    await previews.hear(Buffer.concat([head(1, 1), await picture(format, 1000)]))
    expect(isLatestFrame(shown[0]!)).toBe(true)
    expect((await sharp(shown[0]!).metadata()).width).toBe(FRAME_MAX_SIDE)
  })

  it('is dropped when it comes too soon, is none, or there are finished frames', async () => {
    const { previews, shown, time } = frames()
    const message = Buffer.concat([head(1, 1), await picture('jpeg')])
    await previews.hear(Buffer.concat([head(1, 1), Buffer.alloc(5000)]))
    expect(shown).toHaveLength(0)
    await previews.hear(message)
    await previews.hear(message)
    expect(shown).toHaveLength(1)
    time.ms = FRAME_EVERY_MS
    await previews.hear(message)
    expect(shown).toHaveLength(2)
    previews.end()
    time.ms = 10 * FRAME_EVERY_MS
    await previews.hear(message)
    expect(shown).toHaveLength(2)
  })
})
