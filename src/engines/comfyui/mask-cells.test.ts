import type { FitMode, Size } from '@infinitetalk/arithmetic'
import { frame } from '@infinitetalk/arithmetic'
import type { RelativeBox } from '@infinitetalk/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../domain/errors.ts'
import { type MaskCells, type MaskedSpeaker, maskCells } from './mask-cells.ts'

interface Wanted {
  readonly left?: RelativeBox | null
  readonly right?: RelativeBox | null
  readonly source?: Size
  readonly size?: Size
  readonly fit?: FitMode
  /** The right one's voice comes first in the request. */
  readonly swapped?: boolean
}

function cells(wanted: Wanted = {}): MaskCells {
  const { left = null, right = null, size = { width: 640, height: 640 } } = wanted
  const { source = size, fit = 'crop', swapped = false } = wanted
  const pair = [
    { speaker: 'left', box: left },
    { speaker: 'right', box: right },
  ] as const satisfies readonly MaskedSpeaker[]
  const speakers = swapped ? ([pair[1], pair[0]] as const) : pair
  return maskCells({ speakers, source, size, framing: frame({ source, target: size, fit }) })
}

/** A row of the frame as text: `1`, `2` and `.` for the background. */
function row({ columns, owners }: MaskCells, number: number): string {
  const owned = [...owners.slice(number * columns, (number + 1) * columns)]
  return owned.map((owner) => '12.'[owner]).join('')
}

function areas({ owners }: MaskCells): readonly number[] {
  return [0, 1, 2].map((owner) => owners.filter((value) => value === owner).length)
}

const SMALL = { width: 160, height: 160 }

describe('who is where', () => {
  it('two people stand side by side unless the request says otherwise', () => {
    const masks = cells()
    expect(row(masks, 3)).toBe('.'.repeat(40))
    expect(row(masks, 4)).toBe(`..${'1'.repeat(16)}....${'2'.repeat(16)}..`)
    expect(row(masks, 35)).toBe(row(masks, 4))
    expect(row(masks, 36)).toBe('.'.repeat(40))
  })

  it('the first mask is the first voice, whoever stands on the left', () => {
    const size = { width: 320, height: 320 }
    expect(row(cells({ size }), 5)).toBe('.11111111..22222222.')
    expect(row(cells({ size, swapped: true }), 5)).toBe('.22222222..11111111.')
  })

  it('a box is taken from the input to where the crop put it', () => {
    // A wide picture of which the middle third is left: x 160 to 320 of 480.
    const source = { width: 480, height: 160 }
    const left: RelativeBox = [1 / 3, 0, 0.1, 1]
    const right: RelativeBox = [0.5, 0.5, 0.5, 0.5]
    const masks = cells({ source, size: SMALL, left, right })
    expect(row(masks, 2)).toBe('111.......')
    expect(row(masks, 7)).toBe('111..22222')
  })

  it('bars around the picture belong to nobody', () => {
    const source = { width: 160, height: 80 }
    const masks = cells({
      source,
      size: SMALL,
      fit: 'pad',
      left: [0, 0, 0.5, 1],
      right: [0.5, 0, 0.5, 1],
    })
    expect([row(masks, 1), row(masks, 3), row(masks, 8)]).toEqual([
      '..........',
      '1111122222',
      '..........',
    ])
  })

  it('where boxes overlap, the nearer middle counts', () => {
    const masks = cells({ size: SMALL, left: [0, 0.2, 0.8, 0.6], right: [0.4, 0.2, 0.6, 0.6] })
    expect(row(masks, 5)).toMatch(/^1{5,6}2{4,5}$/)
  })

  it('two boxes around the same middle are shared by side', () => {
    const box: RelativeBox = [0.1, 0.1, 0.8, 0.8]
    expect(row(cells({ size: SMALL, left: box, right: box }), 5)).toBe('.11112222.')
    const swapped = cells({ size: SMALL, left: box, right: box, swapped: true })
    expect(row(swapped, 5)).toBe('.22221111.')
  })
})

describe('no area is ever empty', () => {
  it('a box that is smaller than a cell has the cell it lies in', () => {
    const masks = cells({
      size: SMALL,
      left: [0.01, 0.01, 0.02, 0.02],
      right: [0.5, 0.5, 0.4, 0.4],
    })
    expect(row(masks, 0)).toBe('1.........')
  })

  it('two boxes in one cell get one beside the other', () => {
    const dot: RelativeBox = [0.51, 0.51, 0.01, 0.01]
    expect(row(cells({ size: SMALL, left: dot, right: dot }), 5)).toBe('.....12...')
    expect(row(cells({ size: SMALL, left: dot, right: dot, swapped: true }), 5)).toBe('....21....')
  })

  it('a small box under a large one is kept', () => {
    const masks = cells({ size: SMALL, left: [0, 0, 1, 1], right: [0.52, 0.52, 0.03, 0.03] })
    expect(areas(masks)[1]).toBeGreaterThan(0)
  })

  it('boxes that fill the frame leave its corners to the background', () => {
    const masks = cells({ size: SMALL, left: [0, 0, 0.5, 1], right: [0.5, 0, 0.5, 1] })
    expect(row(masks, 0)).toBe('.11112222.')
    expect(row(masks, 1)).toBe('1111122222')
  })

  it('a box that the crop takes away is refused by name', () => {
    const source = { width: 480, height: 160 }
    const refuse = (swapped: boolean): AppError => {
      try {
        cells({ source, size: SMALL, left: [0, 0, 0.2, 1], swapped })
      } catch (error) {
        return error as AppError
      }
      return expect.fail('was not refused')
    }
    expect(refuse(false)).toMatchObject({ code: 'invalid_request', pointer: '/audio/0/box' })
    expect(refuse(true)).toMatchObject({ code: 'invalid_request', pointer: '/audio/1/box' })
    expect(refuse(false).detail).toBe(
      'The box of the left speaker lies outside of what is left of the picture when it is cropped to the video.',
    )
  })

  it('whatever the boxes, the picture and the size are', () => {
    const fraction = fc.double({ min: 0, max: 1, noNaN: true })
    const box = fc
      .tuple(fraction, fraction, fraction, fraction)
      .map(
        ([x, y, w, h]): RelativeBox => [
          x * 0.99,
          y * 0.99,
          0.005 + w * (0.99 - x * 0.98),
          0.005 + h * (0.99 - y * 0.98),
        ],
      )
    const side = fc.integer({ min: 4, max: 20 }).map((cellCount) => cellCount * 16)
    const size = fc.record({ width: side, height: side })
    const source = fc.record({
      width: fc.integer({ min: 16, max: 3000 }),
      height: fc.integer({ min: 16, max: 3000 }),
    })
    const boxes = fc.option(box, { nil: null })
    fc.assert(
      fc.property(
        boxes,
        boxes,
        size,
        source,
        fc.constantFrom('crop', 'pad'),
        fc.boolean(),
        (left, right, target, picture, fit, swapped) => {
          try {
            const masks = cells({ left, right, size: target, source: picture, fit, swapped })
            expect(Math.min(...areas(masks))).toBeGreaterThan(0)
          } catch (error) {
            if (!(error instanceof AppError)) throw error
            expect(error.pointer).toMatch(/^\/audio\/[01]\/box$/)
            expect(left ?? right).not.toBeNull()
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})
