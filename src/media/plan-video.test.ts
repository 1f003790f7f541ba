import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planVideo } from './plan-video.ts'
import type { VideoFacts } from './probe-video.ts'

/** Frames in the order of the file; their numbers are when they are shown. */
function videoOf(order: readonly number[], changes: Partial<VideoFacts> = {}): VideoFacts {
  return {
    codec: 'h264',
    pixelFormat: 'yuv420p',
    colorMatrix: 'bt709',
    colorPrimaries: 'bt709',
    colorTransfer: 'bt709',
    colorRange: 'tv',
    sampleAspectRatio: '1:1',
    ticksPerSecond: 12_800,
    frames: order.length,
    shownAt: order.map((number) => number * 512),
    ...changes,
  }
}

const B_FRAMES = [0, 3, 1, 2, 6, 4, 5, 9, 7, 8]

describe('the length of a video', () => {
  it('copies a video of the right length', () => {
    expect(planVideo(videoOf(B_FRAMES), 10, 25)).toMatchObject({ how: 'copy', retag: false })
  })

  it.each([
    [4, 'cut'],
    [5, 'encode'],
    [6, 'encode'],
    [7, 'cut'],
    [8, 'encode'],
    [1, 'cut'],
  ] as const)('of frames 0 3 1 2 6 4 5 9 7 8 the first %i are kept: %s', (frames, how) => {
    expect(planVideo(videoOf(B_FRAMES), frames, 25).how).toBe(how)
  })

  it('gaps after the end, as in a stream that was cut while it was copied, do not change the rate', () => {
    const cutStream = videoOf([0, 4, 2, 1, 3, 8, 6, 5, 7, 12, 10])
    expect(planVideo(cutStream, 9, 25).how).toBe('cut')
    expect(planVideo(cutStream, 8, 25).how).toBe('encode')
  })

  it('a copied cut has exactly the first frames, in any order of decoding', () => {
    const orders = fc
      .integer({ min: 2, max: 40 })
      .chain((count) =>
        fc.tuple(
          fc.shuffledSubarray([...Array(count).keys()], { minLength: count }),
          fc.integer({ min: 1, max: count }),
        ),
      )
    fc.assert(
      fc.property(orders, ([order, frames]) => {
        const { how } = planVideo(videoOf(order), frames, 25)
        const kept = order.slice(0, frames).toSorted((a, b) => a - b)
        const clean = kept.every((number, index) => number === index)
        expect(how === 'encode').toBe(!clean)
      }),
    )
  })

  it('holds the last frame for up to a second, no longer', () => {
    expect(planVideo(videoOf(B_FRAMES), 35, 25)).toMatchObject({ how: 'encode', heldFrames: 25 })
    expect(() => planVideo(videoOf(B_FRAMES), 36, 25)).toThrow('The engine made 10 of 36 frames')
  })

  it('refuses another frame rate, and tolerates time stamps in milliseconds', () => {
    expect(() => planVideo(videoOf(B_FRAMES), 10, 24)).toThrow(
      '25.00 frames a second instead of 24',
    )
    const shownAt = [0, 33, 67, 100, 133]
    const rounded = videoOf([], { ticksPerSecond: 1000, frames: 5, shownAt })
    expect(planVideo(rounded, 5, 30).how).toBe('copy')
  })

  it('encodes frames of uneven length and frames that are not all shown', () => {
    const uneven = [0, 512, 1024, 1600, 2048]
    expect(planVideo(videoOf([], { frames: 5, shownAt: uneven }), 5, 25).how).toBe('encode')
    expect(planVideo(videoOf([1, 2, 3, 4], { frames: 5 }), 4, 25).how).toBe('encode')
  })
})

describe('the colours of a video', () => {
  it.each([
    [{}, 'copy', false, null],
    [{ colorPrimaries: 'unknown', colorTransfer: 'unknown' }, 'copy', true, null],
    [{ colorRange: 'unknown' }, 'copy', false, null],
    [{ colorMatrix: 'unknown' }, 'encode', false, 'bt601'],
    [{ colorMatrix: 'smpte170m' }, 'encode', false, 'bt601'],
    [{ colorMatrix: 'bt2020nc' }, 'encode', false, 'bt2020'],
    [{ colorRange: 'pc' }, 'encode', false, 'bt709'],
    [{ pixelFormat: 'yuv444p' }, 'encode', false, 'bt709'],
    [{ codec: 'hevc' }, 'encode', false, null],
    [{ sampleAspectRatio: '4:3' }, 'encode', false, null],
  ] as const)('%j: %s, tags written %j, converted from %j', (changes, how, retag, convertFrom) => {
    expect(planVideo(videoOf(B_FRAMES, changes), 10, 25)).toMatchObject({ how, retag, convertFrom })
  })
})
