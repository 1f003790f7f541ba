import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { frame } from './framing.ts'
import type { Box, Size } from './geometry.ts'

const sizes: fc.Arbitrary<Size> = fc.record({
  width: fc.integer({ min: 1, max: 4000 }),
  height: fc.integer({ min: 1, max: 4000 }),
})
const targets: fc.Arbitrary<Size> = fc.record({
  width: fc.integer({ min: 4, max: 128 }).map((steps) => steps * 16),
  height: fc.integer({ min: 4, max: 128 }).map((steps) => steps * 16),
})
const fits = fc.constantFrom('crop', 'pad', 'face')
/** Boxes anywhere around a picture, half outside or wholly outside included. */
const faces: fc.Arbitrary<Box> = fc.record({
  x: fc.double({ min: -500, max: 4000, noNaN: true }),
  y: fc.double({ min: -500, max: 4000, noNaN: true }),
  width: fc.double({ min: 0, max: 3000, noNaN: true }),
  height: fc.double({ min: 0, max: 3000, noNaN: true }),
})

function isInside(inner: Box, outer: Box): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  )
}

function wholePixels(box: Box): boolean {
  return Object.values(box).every(Number.isInteger)
}

/** A face that lies in the picture. */
const pictureAndFace = sizes
  .filter(({ width, height }) => width >= 8 && height >= 8)
  .chain((source) =>
    fc.record({
      source: fc.constant(source),
      face: fc
        .record({
          x: fc.integer({ min: 0, max: source.width - 1 }),
          y: fc.integer({ min: 0, max: source.height - 1 }),
          right: fc.integer({ min: 1, max: source.width }),
          bottom: fc.integer({ min: 1, max: source.height }),
        })
        .filter(({ x, y, right, bottom }) => right > x && bottom > y)
        .map(({ x, y, right, bottom }) => ({ x, y, width: right - x, height: bottom - y })),
    }),
  )

describe('framing', () => {
  it('takes whole pixels of the picture and puts them into the frame', () => {
    fc.assert(
      fc.property(
        sizes,
        targets,
        fits,
        fc.option(faces),
        fc.boolean(),
        (source, target, fit, face, zoom) => {
          const { crop, placed } = frame({ source, target, fit, face, zoom })
          expect(wholePixels(crop) && wholePixels(placed)).toBe(true)
          expect(Math.min(crop.width, crop.height, placed.width, placed.height)).toBeGreaterThan(0)
          expect(isInside(crop, { x: 0, y: 0, ...source })).toBe(true)
          expect(isInside(placed, { x: 0, y: 0, ...target })).toBe(true)
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('cuts at the aspect ratio of the frame, to within a pixel, and leaves no bars', () => {
    fc.assert(
      fc.property(
        sizes,
        targets,
        fc.constantFrom('crop', 'face'),
        fc.option(faces),
        fc.boolean(),
        (source, target, fit, face, zoom) => {
          const { crop, placed } = frame({ source, target, fit, face, zoom })
          const aspect = target.width / target.height
          const offWidth = Math.abs(crop.width - crop.height * aspect)
          const offHeight = Math.abs(crop.height - crop.width / aspect)
          expect(Math.min(offWidth, offHeight)).toBeLessThanOrEqual(
            // A picture thinner than the frame's ratio keeps at least one pixel.
            Math.min(crop.width, crop.height) === 1 ? Math.max(aspect, 1 / aspect) : 1,
          )
          expect(placed).toEqual({ x: 0, y: 0, ...target })
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('never cuts a face that the frame can hold, zoomed or not', () => {
    fc.assert(
      fc.property(pictureAndFace, targets, fc.boolean(), ({ source, face }, target, zoom) => {
        const whole = frame({ source, target, fit: 'face', face }).crop
        const { crop } = frame({ source, target, fit: 'face', face, zoom })
        if (face.width <= whole.width && face.height <= whole.height) {
          expect(isInside(face, crop)).toBe(true)
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('zooms until the face has nearly half of the height, or the picture ends', () => {
    fc.assert(
      fc.property(pictureAndFace, targets, ({ source, face }, target) => {
        const { crop } = frame({ source, target, fit: 'face', face, zoom: true })
        const whole = frame({ source, target, fit: 'face', face }).crop
        const share = face.height / crop.height
        const touchesPicture = crop.width === whole.width || crop.height === whole.height
        const wideFace = (face.width * 1.25) / crop.width > 0.9
        // A frame of a few pixels cannot be any closer.
        const tiny = face.height < 20
        expect((share > 0.4 && share < 0.46) || touchesPicture || wideFace || tiny).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  it('keeps the top of tall portraits when it does not know the face', () => {
    const tall = { source: { width: 900, height: 1600 }, target: { width: 512, height: 512 } }
    expect(frame({ ...tall, fit: 'crop' }).crop).toEqual({ x: 0, y: 83, width: 900, height: 900 })
    expect(frame({ ...tall, fit: 'face' }).crop).toEqual(frame({ ...tall, fit: 'crop' }).crop)
    const slightlyTall = { ...tall, source: { width: 900, height: 1200 } }
    expect(frame({ ...slightlyTall, fit: 'crop' }).crop.y).toBe(0)
  })

  it('leaves room for hair above the face', () => {
    const { crop } = frame({
      source: { width: 1000, height: 2000 },
      target: { width: 512, height: 512 },
      fit: 'face',
      face: { x: 400, y: 800, width: 200, height: 250 },
    })
    expect(crop).toEqual({ x: 0, y: 475, width: 1000, height: 1000 })
  })

  it('centres the bars of pad', () => {
    const framing = frame({
      source: { width: 1000, height: 500 },
      target: { width: 640, height: 640 },
      fit: 'pad',
    })
    expect(framing).toEqual({
      crop: { x: 0, y: 0, width: 1000, height: 500 },
      placed: { x: 0, y: 160, width: 640, height: 320 },
    })
  })
})
