import { bucketsOf, nearestBucket, sizeOfRatio } from '@infinitetalk/arithmetic'
import type { Resolution } from '@infinitetalk/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from './errors.ts'
import { DEFAULT_LIMITS } from './limits.ts'
import { explicitSize, parseAspectRatio, resolveSize } from './sizes.ts'

const PICTURE = { width: 1200, height: 1600 }

describe('sizes', () => {
  it.each(['480p', '720p'] as const)('%s has buckets the model can render, of one area', (name) => {
    const area = { '480p': 627 ** 2, '720p': 960 ** 2 }[name]
    for (const { width, height } of bucketsOf(name)) {
      expect([width % 16, height % 16]).toEqual([0, 0])
      expect(width * height).toBeGreaterThan(0.85 * area)
      expect(width * height).toBeLessThan(1.15 * area)
    }
    expect(bucketsOf(name)).toHaveLength({ '480p': 15, '720p': 21 }[name])
  })

  it.each([
    ['480p', '1:1', 640, 640],
    ['480p', '4:5', 576, 720],
    ['480p', '9:16', 432, 768],
    ['480p', '16:9', 768, 432],
    ['480p', '3:4', 576, 768],
    ['480p', '2:3', 512, 768],
    ['480p', '9999:1', 1216, 320],
    ['720p', '1:1', 960, 960],
    ['720p', '4:5', 832, 1040],
    ['720p', '16:9', 1280, 720],
    ['720p', '9:16', 720, 1280],
    ['720p', '1:9999', 512, 1920],
  ] as const)('%s at %s is %i x %i', (resolution, aspectRatio, width, height) => {
    const wanted = { size: null, resolution, aspectRatio }
    expect(resolveSize(wanted, PICTURE, DEFAULT_LIMITS)).toEqual({ width, height })
  })

  it('take the aspect ratio of the picture when none is asked for', () => {
    const wanted = { size: null, resolution: '480p', aspectRatio: null } as const
    expect(resolveSize(wanted, PICTURE, DEFAULT_LIMITS)).toEqual({ width: 576, height: 768 })
  })

  it('have the wanted ratio to within 1.2 %, about the area of the buckets, and never stretch by more than the nearest bucket', () => {
    const resolutions = fc.constantFrom<Resolution>('480p', '720p')
    fc.assert(
      fc.property(resolutions, fc.double({ min: 0.01, max: 100, noNaN: true }), (name, aspect) => {
        const distance = (size: { width: number; height: number }) =>
          Math.abs(Math.log(size.width / size.height / aspect))
        const size = sizeOfRatio(name, aspect)
        const [widest, tallest] = [bucketsOf(name)[0]!, bucketsOf(name).at(-1)!]
        expect([size.width % 16, size.height % 16]).toEqual([0, 0])
        expect(distance(size)).toBeLessThanOrEqual(distance(nearestBucket(name, aspect)) + 0.001)
        const isBetween =
          aspect < widest.width / widest.height && aspect > tallest.width / tallest.height
        if (isBetween) expect(distance(size)).toBeLessThan(0.012)
      }),
    )
  })

  it('when explicit are rounded down to multiples of 16, within the limits', () => {
    const sides = fc.integer({ min: 0, max: 3000 })
    fc.assert(
      fc.property(sides, sides, (width, height) => {
        const fits =
          Math.min(width, height) >= 64 &&
          Math.max(width, height) < 2048 + 16 &&
          Math.floor(width / 16) * Math.floor(height / 16) * 256 <= 1280 * 1280
        if (!fits) {
          expect(() => explicitSize({ width, height }, DEFAULT_LIMITS)).toThrow(AppError)
          return
        }
        const size = explicitSize({ width, height }, DEFAULT_LIMITS)
        expect([size.width % 16, size.height % 16]).toEqual([0, 0])
        expect(width - size.width).toBeLessThan(16)
        expect(height - size.height).toBeLessThan(16)
      }),
    )
  })

  it('beyond the limits say by how much', () => {
    expect(() => explicitSize({ width: 2048, height: 1024 }, DEFAULT_LIMITS)).toThrow(
      '2048x1024 has 2097152 pixels; at most 1638400 are allowed.',
    )
    expect(() => explicitSize({ width: 512, height: 40 }, DEFAULT_LIMITS)).toThrow(
      'The height is 40; it must be 64 to 2048.',
    )
  })

  it.each(['16x9', '0:1', '1:', '-1:2', '1.5:1', '', '99999:1'])('refuse the ratio %j', (text) => {
    expect(() => parseAspectRatio(text)).toThrow(/invalid_request/)
  })
})
