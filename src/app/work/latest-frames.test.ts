import { describe, expect, it } from 'vitest'
import { jobIdOf } from '../../domain/ids.ts'
import { FRAME_MAX_BYTES } from '../../domain/latest-frame.ts'
import { LatestFrames } from './latest-frames.ts'

const id = jobIdOf(1, Buffer.alloc(10, 1))

function jpeg(bytes = 20): Buffer {
  const content = Buffer.alloc(bytes, 7)
  content.set([0xff, 0xd8, 0xff])
  content.set([0xff, 0xd9], bytes - 2)
  return content
}

describe('the latest frames', () => {
  it('belong to the running attempt, and are dropped with it', () => {
    const frames = new LatestFrames()
    expect(frames.get(id)).toBeNull()
    frames.keep({ id, attempt: 2 }, jpeg())
    const { tag } = frames.get(id)!
    frames.keep({ id, attempt: 1 }, jpeg())
    expect(frames.get(id)?.tag).toBe(tag)
    frames.forget({ id, attempt: 1 })
    expect(frames.get(id)?.tag).toBe(tag)
    frames.keep({ id, attempt: 2 }, jpeg())
    expect(frames.get(id)?.tag).not.toBe(tag)
    frames.forget({ id, attempt: 2 })
    expect(frames.get(id)).toBeNull()
  })

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a page', Buffer.from('<script>alert(1)</script>')],
    ['half a picture', jpeg().subarray(0, 12)],
    ['too much', jpeg(FRAME_MAX_BYTES + 1)],
  ])('are never %s', (_, bytes) => {
    const frames = new LatestFrames()
    frames.keep({ id, attempt: 1 }, bytes)
    expect(frames.get(id)).toBeNull()
  })
})
