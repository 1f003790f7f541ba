import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { CHIN, LEFT_EYE, NOSE_BRIDGE } from '../../../vision/landmarks.ts'
import { frameStride, rgbToYuv, type YuvPlanes, yuvPlanesIn } from '../picture/yuv-planes.ts'
import { type FacePose, REST_POSE } from '../pose.ts'
import { prepareScene } from '../scene.ts'
import { captionPatch } from './caption.ts'
import { allocateShared } from './frame-memory.ts'
import { FrameRenderer, type FrameSource } from './frame-renderer.ts'

const PORTRAIT = join(import.meta.dirname, '../../../../examples/portrait.png')
const SIDE = 320
const SIZE = { width: SIDE, height: SIDE }

let source: FrameSource

beforeAll(async () => {
  const scene = await prepareScene(
    {
      image: { path: PORTRAIT, width: 768, height: 768 },
      size: SIZE,
      fit: 'crop',
      face: { index: null, crop: false },
      speakers: [{ speaker: 'left', box: null }],
    },
    new AbortController().signal,
  )
  source = scene.source
})

function draw(pose: Partial<FacePose>, renderer = new FrameRenderer(source)): YuvPlanes {
  const frame = yuvPlanesIn(allocateShared(source.memory, frameStride(SIZE)), SIZE)
  renderer.render([{ ...REST_POSE, ...pose }], frame)
  return frame
}

/** Peak signal to noise ratio of the brightness, in decibels. */
function psnr(a: YuvPlanes, b: YuvPlanes): number {
  const squares = a.luma.reduce((sum, value, i) => sum + (value - b.luma[i]!) ** 2, 0)
  return 10 * Math.log10((255 ** 2 * a.luma.length) / squares)
}

/** The box of all pixels whose brightness differs by more than noise; null where there are none. */
function changedBox(a: YuvPlanes, b: YuvPlanes) {
  const xs: number[] = []
  const ys: number[] = []
  a.luma.forEach((value, i) => {
    if (Math.abs(value - b.luma[i]!) <= 2) return
    xs.push(i % SIDE)
    ys.push(Math.floor(i / SIDE))
  })
  if (xs.length === 0) return null
  return {
    left: Math.min(...xs),
    right: Math.max(...xs),
    top: Math.min(...ys),
    bottom: Math.max(...ys),
  }
}

const heightOf = (landmark: number): number => source.rigs[0]!.rest[landmark * 2 + 1]!

function meanLuma(frame: YuvPlanes, x: number, y: number): number {
  let sum = 0
  for (let dy = -1; dy <= 1; dy++) {
    for (let dx = -1; dx <= 1; dx++) sum += frame.luma[(y + dy) * SIDE + x + dx]! / 9
  }
  return sum
}

describe('a drawn frame', () => {
  it('shows the picture itself when the face is at rest', async () => {
    const { data } = await sharp(PORTRAIT)
      .removeAlpha()
      .resize(SIDE, SIDE, { kernel: 'lanczos3' })
      .raw()
      .toBuffer({ resolveWithObject: true })
    const picture = rgbToYuv({ data: new Uint8Array(data), ...SIZE })
    expect(psnr(draw({}), picture)).toBeGreaterThan(38)
  })

  it('opens the mouth by moving what is below the nose, and nothing else', () => {
    const changed = changedBox(draw({}), draw({ jaw: 1 }))!
    expect(changed.top).toBeGreaterThan(heightOf(NOSE_BRIDGE))
    expect(changed.bottom).toBeGreaterThan(heightOf(CHIN))
    expect(changed.left).toBeGreaterThan(SIDE * 0.2)
    expect(changed.right).toBeLessThan(SIDE * 0.8)
  })

  it('is dark inside an open mouth', () => {
    const { mouth } = source.rigs[0]!
    const x = Math.round(mouth.centerX)
    const y = Math.round(mouth.centerY + mouth.toothUnit * 0.4)
    expect(meanLuma(draw({ jaw: 1 }), x, y)).toBeLessThan(meanLuma(draw({}), x, y) - 40)
  })

  it('opens the mouth further the further the jaw is down', () => {
    const rest = draw({})
    const distances = [0.1, 0.3, 0.6, 1].map((jaw) => psnr(draw({ jaw }), rest))
    expect(distances).toEqual(distances.toSorted((a, b) => b - a))
    expect(new Set(distances).size).toBe(4)
  })

  it('shuts the eyes without touching the lower face', () => {
    const changed = changedBox(draw({}), draw({ blink: 1 }))!
    const lowerLid = Math.max(...LEFT_EYE.lowerLid.map(heightOf))
    expect(changed.bottom).toBeLessThan(lowerLid + source.rigs[0]!.mouth.faceHeight * 0.05)
  })

  it('keeps the corners of the background still while the head moves', () => {
    const still = draw({})
    const moved = draw({ yaw: 4, pitch: -2, roll: 3, shiftX: 1, shiftY: 1 })
    expect(changedBox(still, moved)).not.toBeNull()
    for (const corner of [0, SIDE - 1, SIDE * (SIDE - 1), SIDE * SIDE - 1]) {
      expect(moved.luma[corner]).toBe(still.luma[corner])
    }
  })

  it('covers the whole face, however it is posed', () => {
    // A colour that no picture has: what is left of it has not been drawn over.
    const still = yuvPlanesIn(allocateShared(source.memory, frameStride(SIZE)), SIZE)
    still.luma.fill(1)
    const renderer = new FrameRenderer({ ...source, still })
    const { rest, mouth } = source.rigs[0]!
    const side = mouth.faceHeight * 0.55
    const middle = { x: rest[NOSE_BRIDGE * 2]!, y: heightOf(NOSE_BRIDGE) }
    for (const yaw of [-7, -3, 0, 2, 6]) {
      for (const jaw of [0, 0.3, 1]) {
        for (const wide of [-1, 0, 1]) {
          const pose = { yaw, jaw, wide, pitch: 2 - yaw, roll: yaw / 2, blink: jaw, brow: -wide }
          const frame = draw({ ...pose, shiftX: wide, shiftY: -wide }, renderer)
          const bare = frame.luma.findIndex(
            (value, i) =>
              value === 1 &&
              Math.hypot((i % SIDE) - middle.x, Math.floor(i / SIDE) - middle.y) < side,
          )
          expect(bare, JSON.stringify(pose)).toBe(-1)
        }
      }
    }
  })

  it('depends on its pose alone, not on the frames before it', () => {
    const used = new FrameRenderer(source)
    draw({ jaw: 1, yaw: 5, blink: 1 }, used)
    expect(draw({ jaw: 0.4, yaw: -1 }, used)).toEqual(draw({ jaw: 0.4, yaw: -1 }))
  })

  it('carries the caption in its lower left corner and nowhere else when asked to', () => {
    const plain = draw({})
    const labelled = draw({}, new FrameRenderer(source, captionPatch(SIZE)))
    const changed = changedBox(plain, labelled)!
    expect(changed).toMatchObject({ left: 0, bottom: SIDE - 1 })
    expect(changed.right).toBeLessThan(SIDE * 0.6)
    expect(changed.top).toBeGreaterThan(SIDE * 0.93)
    const corner = labelled.luma.filter(
      (_, i) => i % SIDE < changed.right && i / SIDE > changed.top,
    )
    expect(Math.max(...corner)).toBeGreaterThanOrEqual(234)
  })
})
