import { join } from 'node:path'
import { expect, it } from 'vitest'
import { frameStride, type YuvPlanes, yuvPlanesIn } from './picture/yuv-planes.ts'
import { type FacePose, REST_POSE } from './pose.ts'
import { allocateShared } from './raster/frame-memory.ts'
import { FrameRenderer } from './raster/frame-renderer.ts'
import { prepareScene } from './scene.ts'

const SIZE = { width: 384, height: 256 }
const PICTURE = join(import.meta.dirname, '../../../examples/two-people.png')

it('two people move apart from one another, each in their own half of the picture', async () => {
  const scene = await prepareScene(
    {
      image: { path: PICTURE, width: 1280, height: 720 },
      size: SIZE,
      fit: 'crop',
      face: { index: null, crop: false },
      speakers: [
        { speaker: 'right', box: null },
        { speaker: 'left', box: null },
      ],
    },
    new AbortController().signal,
  )
  const { source } = scene
  expect(scene.warnings).toEqual([])
  const renderer = new FrameRenderer(source)
  const draw = (poses: readonly FacePose[]): YuvPlanes => {
    const frame = yuvPlanesIn(allocateShared(source.memory, frameStride(SIZE)), SIZE)
    renderer.render(poses, frame)
    return frame
  }
  const rest = draw([REST_POSE, REST_POSE])
  const lively = { ...REST_POSE, jaw: 1, yaw: 7, roll: 3, shiftX: 3, blink: 1 }
  const columnsThatMove = (frame: YuvPlanes): readonly number[] =>
    [...frame.luma.keys()]
      .filter((i) => Math.abs(frame.luma[i]! - rest.luma[i]!) > 2)
      .map((i) => i % SIZE.width)
  // The voices came the other way round: the first one is that of the person on the right.
  const right = columnsThatMove(draw([lively, REST_POSE]))
  const left = columnsThatMove(draw([REST_POSE, lively]))
  expect(right.length).toBeGreaterThan(2000)
  expect(left.length).toBeGreaterThan(2000)
  expect(Math.min(...right)).toBeGreaterThanOrEqual(SIZE.width / 2 - 8)
  expect(Math.max(...left)).toBeLessThanOrEqual(SIZE.width / 2 + 8)
})
