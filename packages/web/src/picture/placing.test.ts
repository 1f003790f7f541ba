import type { FaceList } from '@infinitetalk/contract'
import { describe, expect, it } from 'vitest'
import { boxWithin, changed, cropOf, facesWithin, placingOf, speakersOf } from './placing.ts'

const PICTURE = { width: 1000, height: 500 }
const SQUARE = { width: 640, height: 640 }
const PHONE = { width: 432, height: 768 }

function faces(...boxes: readonly [number, number, number, number][]): FaceList {
  const data = boxes.map((box, index) => ({ index, box, refusal: null }))
  return { ...PICTURE, data } as unknown as FaceList
}

describe('the frame that is put by hand', () => {
  it('keeps its centre and zoom in another shape, and never leaves the picture', () => {
    const placing = { x: 0.5, y: 0.5, zoom: 2 }
    expect(cropOf(placing, PICTURE, SQUARE)).toEqual({ x: 375, y: 125, width: 250, height: 250 })
    const { x, width, height } = cropOf({ ...placing, x: 0 }, PICTURE, PHONE)
    expect([x, height]).toEqual([0, 250])
    expect(width / height).toBeCloseTo(432 / 768, 2)
  })

  it('moves as far as its edge and back without a delay there', () => {
    const atEdge = changed({ x: 0.5, y: 0.5, zoom: 2 }, { dx: 9 }, PICTURE, SQUARE)
    expect(atEdge.x).toBeCloseTo(0.875)
    expect(changed(atEdge, { dx: -0.1 }, PICTURE, SQUARE).x).toBeCloseTo(0.775)
    const far = changed(atEdge, { factor: 99 }, PICTURE, SQUARE)
    expect(far.zoom).toBe(6)
    expect(changed(far, { factor: 0.01 }, PICTURE, SQUARE)).toEqual({ x: 0.75, y: 0.5, zoom: 1 })
  })

  it('is the placing of the part that it shows', () => {
    const placing = { x: 0.4, y: 0.5, zoom: 1.6 }
    const again = placingOf(cropOf(placing, PICTURE, SQUARE), PICTURE, SQUARE)
    expect(again.x).toBeCloseTo(placing.x)
    expect(again.zoom).toBeCloseTo(placing.zoom)
  })

  it('has boxes and faces of its own, and says which face it cuts', () => {
    expect(boxWithin([0.5, 0, 0.5, 1], [0.25, 0, 0.5, 1])).toEqual([0.5, 0, 0.5, 1])
    expect(boxWithin([0, 0, 0.2, 1], [0.25, 0, 0.5, 1])).toBeNull()
    const found = faces([700, 100, 200, 200], [100, 100, 100, 100], [290, 100, 100, 100])
    const { data } = facesWithin(found, { x: 0, y: 0, width: 350, height: 400 })
    expect(data.map(({ index, refusal }) => [index, refusal])).toEqual([
      [1, null],
      [2, 'face_cut_off'],
    ])
  })
})

describe('the boxes of two speakers', () => {
  it('begin around the two largest faces, the left one first, without overlap', () => {
    const [left, right] = speakersOf(faces([600, 100, 200, 200], [100, 100, 150, 150]))
    expect(left![0]).toBeLessThan(0.1)
    expect(left![0] + left![2]).toBeGreaterThanOrEqual(0.25)
    expect(right![0]).toBeGreaterThanOrEqual(left![0] + left![2])
    expect(right![0] + right![2]).toBeGreaterThanOrEqual(0.8)
    expect(speakersOf(faces([600, 100, 200, 200]))).toEqual([])
  })
})
