import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { createTestFolder } from '../../../../test/support/test-folder.ts'
import {
  INNER_LIP_BOTTOM,
  INNER_LIP_TOP,
  LEFT_EYE,
  MOUTH_INNER_CORNER_LEFT,
  MOUTH_INNER_CORNER_RIGHT,
} from '../../../vision/landmarks.ts'
import { NEUTRAL_CHROMA } from '../picture/yuv-color.ts'
import { frameStride, type YuvPlanes, yuvPlanesIn } from '../picture/yuv-planes.ts'
import { type FacePose, REST_POSE } from '../pose.ts'
import { brightnessOf } from '../rig/rgb.ts'
import { prepareScene, type Scene } from '../scene.ts'
import { allocateShared } from './frame-memory.ts'
import { FrameRenderer, type FrameSource } from './frame-renderer.ts'
import { VertexPoser } from './vertex-poser.ts'

const SIDE = 320
const SIZE = { width: SIDE, height: SIDE }
const speakers = [{ speaker: 'left', box: null }] as const
const example = (name: string): string => join(import.meta.dirname, '../../../../examples', name)

const scenes = new Map<string, Promise<Scene>>()

/** Prepared once for all tests of this file that want it. */
function exampleScene(name: string): Promise<Scene> {
  const scene = scenes.get(name) ?? sceneOf(join(import.meta.dirname, '../../../../examples', name))
  scenes.set(name, scene)
  return scene
}

async function sceneOf(path: string): Promise<Scene> {
  const { width, height } = await sharp(path).metadata()
  const image = { path, width, height }
  const request = {
    image,
    size: SIZE,
    fit: 'crop',
    face: { index: null, crop: false },
    speakers,
  } as const
  return prepareScene(request, new AbortController().signal)
}

async function saved(name: string, picture: Sharp): Promise<string> {
  const path = (await createTestFolder()).path(name)
  await picture.png().toFile(path)
  return path
}

function draw(source: FrameSource, pose: Partial<FacePose>): YuvPlanes {
  const frame = yuvPlanesIn(allocateShared(source.memory, frameStride(SIZE)), SIZE)
  new FrameRenderer(source).render([{ ...REST_POSE, ...pose }], frame)
  return frame
}

interface Strip {
  readonly across?: number
  readonly from: number
  readonly to: number
}

/** Brightness down the face: from above to below the middle of the mouth, in half mouth widths. */
function column(
  { rigs }: FrameSource,
  frame: YuvPlanes,
  { across = 0, from, to }: Strip,
): number[] {
  const rig = rigs[0]!
  const { centerX, centerY, halfWidth } = rig.mouth
  const x = Math.round(centerX + across * halfWidth)
  const [first, last] = [from, to].map((down) => Math.round(centerY + down * halfWidth))
  return Array.from(
    { length: last! - first! },
    (_, i) => frame.luma[(first! + i) * frame.width + x]!,
  )
}

/** As a viewer sees brightness, 0 to 255, of video levels. */
const levels = (luma: number): number => ((luma - 16) * 255) / 219

/** The wings of the nose: landmarks of MediaPipe's face mesh. */
const NOSE_WINGS = [98, 327] as const

it.each(['portrait.png', 'portrait-2.png', 'portrait-3.png'])(
  'a mouth that gets narrow or wide leaves the nose as it is: %s',
  async (name) => {
    const { source } = await exampleScene(name)
    const poser = new VertexPoser(source.rigs[0]!)
    const widthOf = ([a, b]: readonly [number, number], pose: Partial<FacePose>): number => {
      poser.pose({ ...REST_POSE, ...pose })
      return Math.abs(poser.posed[b * 2]! - poser.posed[a * 2]!)
    }
    const corners = [MOUTH_INNER_CORNER_LEFT, MOUTH_INNER_CORNER_RIGHT] as const
    for (const pose of [{ wide: -1, jaw: 0.6 }, { wide: 1 }]) {
      const change = (places: readonly [number, number]): number =>
        widthOf(places, pose) / widthOf(places, {}) - 1
      expect(Math.abs(change(corners))).toBeGreaterThan(0.08)
      expect(Math.abs(change(NOSE_WINGS))).toBeLessThan(0.04)
    }
  },
)

it.each(['portrait.png', 'portrait-2.png', 'portrait-3.png'])(
  'the line of shut lips does not stick out of an open mouth: %s',
  async (name) => {
    const { source } = await exampleScene(name)
    const pose = { ...REST_POSE, wide: -1, jaw: 0.7 }
    const poser = new VertexPoser(source.rigs[0]!)
    poser.pose(pose)
    const { luma } = draw(source, pose)
    const [left, right] = [MOUTH_INNER_CORNER_LEFT, MOUTH_INNER_CORNER_RIGHT].map((corner) => ({
      x: poser.posed[corner * 2]!,
      y: poser.posed[corner * 2 + 1]!,
    })) as [{ x: number; y: number }, { x: number; y: number }]
    const half = (right.x - left.x) / 2
    for (const [corner, outwards] of [[left, -1] as const, [right, 1] as const]) {
      const skin: number[] = []
      for (let away = 0.3; away < 0.45; away += 1 / half) {
        const x = Math.round(corner.x + outwards * away * half)
        const y = Math.round(corner.y)
        for (let down = -6; down <= 6; down++) skin.push(luma[(y + down) * SIDE + x]!)
      }
      skin.sort((a, b) => a - b)
      expect(skin[0]!).toBeGreaterThan(0.75 * skin[skin.length >> 1]!)
    }
  },
)

describe('a painted mouth', () => {
  it.each(['portrait.png', 'portrait-2.png', 'portrait-3.png'])(
    'shows teeth no brighter than the skin around it: %s',
    async (name) => {
      const { source } = await exampleScene(name)
      const skin = brightnessOf(source.rigs[0]!.colors.mouthSkin)
      for (const jaw of [0.2, 0.5, 1]) {
        const frame = draw(source, { jaw, upperLip: 0.5 })
        const inside = [-0.3, 0, 0.3].flatMap((across) =>
          column(source, frame, { across, from: 0, to: 0.1 + jaw * 0.5 }),
        )
        expect(levels(Math.max(...inside))).toBeLessThan(skin + 4)
      }
    },
  )

  it('has single teeth: the light along them dips between each two', async () => {
    const { source } = await exampleScene('portrait.png')
    const { centerX, centerY, toothUnit } = source.rigs[0]!.mouth
    const frame = draw(source, { jaw: 1, upperLip: 1 })
    const y = Math.round(
      centerY + source.rigs[0]!.seam * source.rigs[0]!.mouth.halfWidth + 0.09 * toothUnit,
    )
    const first = Math.round(centerX - 0.5 * toothUnit)
    const row = Array.from(
      { length: Math.round(toothUnit) },
      (_, i) => frame.luma[y * SIDE + first + i]!,
    )
    const dips = row.filter((luma, i) => luma < row[i - 2]! - 2 && luma < row[i + 2]! - 2)
    expect(dips.length).toBeGreaterThanOrEqual(3)
  })

  it('is as grey as a black-and-white picture', async () => {
    const path = await saved('grey.png', sharp(example('portrait.png')).greyscale())
    const { source } = await sceneOf(path)
    const frame = draw(source, { jaw: 1 })
    for (const plane of [frame.blueChroma, frame.redChroma]) {
      expect(Math.max(...plane) - NEUTRAL_CHROMA).toBeLessThanOrEqual(1)
      expect(NEUTRAL_CHROMA - Math.min(...plane)).toBeLessThanOrEqual(1)
    }
  })

  it.each(['portrait.png', 'portrait-2.png', 'portrait-3.png'])(
    'keeps the line between shut lips: %s',
    async (name) => {
      const { source } = await exampleScene(name)
      const shut = draw(source, {})
      for (const across of [-0.7, -0.5, -0.3, 0, 0.3, 0.5, 0.7]) {
        const [drawn, pictured] = [shut, source.still].map((frame) =>
          Math.min(...column(source, frame, { across, from: -0.15, to: 0.15 })),
        )
        expect(drawn! - pictured!).toBeLessThan(14)
      }
    },
  )

  it.each(['portrait.png', 'portrait-2.png', 'portrait-3.png'])(
    'is not outlined by the drawn line of the shut mouth: %s',
    async (name) => {
      const { source } = await exampleScene(name)
      const pose = { ...REST_POSE, jaw: 0.5 }
      const frame = draw(source, pose)
      const poser = new VertexPoser(source.rigs[0]!)
      poser.pose(pose)
      const { centerX, centerY, halfWidth } = source.rigs[0]!.mouth
      // Three places along the rim of the lower lip.
      for (const rim of [INNER_LIP_BOTTOM, 178, 402]) {
        const across = (poser.posed[rim * 2]! - centerX) / halfWidth
        const down = (poser.posed[rim * 2 + 1]! - centerY) / halfWidth
        const lip = column(source, frame, { across, from: down + 0.07, to: down + 0.25 })
        const middle = lip.toSorted((x, y) => x - y)[lip.length >> 1]!
        expect(Math.min(...lip)).toBeGreaterThan(middle - 15)
      }
    },
  )
})

describe('a picture with an open mouth', () => {
  let source: FrameSource

  beforeAll(async () => {
    const { luma } = draw((await exampleScene('portrait.png')).source, { jaw: 0.6 })
    const grey = sharp(Buffer.from(luma.map(levels)), { raw: { ...SIZE, channels: 1 } })
    const folder = await mkdtemp(join(tmpdir(), 'open-mouth-'))
    const path = join(folder, 'open.png')
    await grey.toColourspace('srgb').toFile(path)
    source = (await sceneOf(path)).source
    await rm(folder, { recursive: true })
  })

  it('is shut at rest: between the lips there is neither tooth nor hole', () => {
    const rig = source.rigs[0]!
    expect(rig.showsTeeth).toBe(true)
    const frame = draw(source, {})
    const mouth = column(source, frame, { from: rig.seam - 0.2, to: rig.seam + 0.2 })
    const lips = column(source, frame, { from: rig.seam - 0.3, to: rig.seam - 0.2 })
    expect(Math.min(...mouth)).toBeGreaterThan(0.5 * Math.min(...lips))
    expect(Math.max(...mouth)).toBeLessThan(1.35 * Math.max(...lips))
  })

  it('presses its lips without a slit between them', () => {
    const rig = source.rigs[0]!
    const [rest, pressed] = [{}, { press: 1 }].map((pose) =>
      column(source, draw(source, pose), { from: rig.seam - 0.15, to: rig.seam + 0.15 }),
    )
    expect(Math.min(...pressed!)).toBeGreaterThan(Math.min(...rest!) - 12)
  })

  it('keeps its lips where the picture has them', () => {
    const { rest, mouth } = source.rigs[0]!
    const frame = source.original
    const at = (landmark: number): number => rest[landmark * 2 + 1]!
    const { luma, scale } = frame
    const brightness = (y: number): number =>
      luma.pixels[
        luma.origin + Math.round(y * scale) * luma.pitch + Math.round(mouth.centerX * scale)
      ]!
    // Just outside either edge there is lip, just inside something darker.
    expect(brightness(at(INNER_LIP_TOP) - 3)).toBeGreaterThan(brightness(at(INNER_LIP_TOP) + 3))
    expect(brightness(at(INNER_LIP_BOTTOM) + 3)).toBeGreaterThan(
      brightness(at(INNER_LIP_BOTTOM) - 3),
    )
  })
})

describe('eyes', () => {
  it.each(['portrait.png', 'portrait-2.png', 'portrait-3.png'])(
    'shut under a lid as light as the skin below the brow: %s',
    async (name) => {
      const { source } = await exampleScene(name)
      const { posed, lid } = shutLeftEye(source)
      expect(posed).toBeGreaterThan(0.8 * lid)
      expect(posed).toBeLessThan(1.2 * lid)
    },
  )

  it('behind sunglasses do not blink', async () => {
    const { source: bare } = await exampleScene('portrait.png')
    const scale = 768 / SIDE
    const { rest, mouth } = bare.rigs[0]!
    const glasses = [LEFT_EYE.upperLid[3]!, 386].map(
      (lid) =>
        `<ellipse cx="${rest[lid * 2]! * scale}" cy="${rest[lid * 2 + 1]! * scale}" rx="${mouth.faceHeight * 0.36}" ry="${mouth.faceHeight * 0.28}" fill="#111"/>`,
    )
    const svg = Buffer.from(`<svg width="768" height="768">${glasses.join('')}</svg>`)
    const path = await saved(
      'glasses.png',
      sharp(example('portrait.png')).composite([{ input: svg }]),
    )
    const { source } = await sceneOf(path)
    expect(source.rigs[0]!.colors.eyesAreCovered).toBe(true)
    expect(draw(source, { blink: 1, brow: 1 })).toEqual(draw(source, {}))
    expect(bare.rigs[0]!.colors.eyesAreCovered).toBe(false)
  })
})

function shutLeftEye(source: FrameSource): { posed: number; lid: number } {
  const frame = draw(source, { blink: 1 })
  const { rest, colors } = source.rigs[0]!
  const [crease, lower] = [LEFT_EYE.upperCrease[3]!, LEFT_EYE.lowerLid[3]!]
  const x = Math.round(rest[crease * 2]!)
  const y = rest[crease * 2 + 1]! * 0.35 + rest[lower * 2 + 1]! * 0.65
  return {
    posed: levels(frame.luma[Math.round(y) * SIDE + x]!),
    lid: brightnessOf(colors.lids[0]!),
  }
}

it('eyes that look aside move between still lids', async () => {
  const { source } = await exampleScene('portrait-3.png')
  const { rest, mouth } = source.rigs[0]!
  const ahead = draw(source, {})
  const aside = draw(source, { gazeX: 1 })
  const corners = LEFT_EYE.corners.map((corner) => rest[corner * 2]!)
  const changed = [...ahead.luma.keys()].filter(
    (i) => Math.abs(ahead.luma[i]! - aside.luma[i]!) > 3,
  )
  expect(changed.length).toBeGreaterThan(20)
  const eyeLine = rest[LEFT_EYE.corners[0] * 2 + 1]!
  for (const i of changed) {
    expect(Math.abs(Math.floor(i / SIDE) - eyeLine)).toBeLessThan(0.12 * mouth.faceHeight)
  }
  // The iris itself has moved to the right: what was dark is lighter on its left side.
  const left = Math.round(Math.min(...corners) * 0.62 + Math.max(...corners) * 0.38)
  const at = Math.round(eyeLine) * SIDE + left
  expect(aside.luma[at]!).toBeGreaterThan(ahead.luma[at]!)
})
