// The page previews cuts and windows with arithmetic of its own, since it may import nothing of the hub: here that arithmetic is
// held to the hub's, number by number.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cropOf } from '../../packages/web/src/picture/framing.ts'
import {
  cutForOneLess,
  framesOf,
  windowCount,
  windowEdges,
} from '../../packages/web/src/sound/window-edges.ts'
import { frame } from '../../src/domain/framing.ts'
import { FPS } from '../../src/domain/plan.ts'
import { framesToSaveWindow, planWindows, videoFrames } from '../../src/domain/windows.ts'

const seconds = fc.double({ min: 0.2, max: 600, noNaN: true })
const windowing = fc
  .record({ window: fc.integer({ min: 3, max: 60 }), motion: fc.integer({ min: 1, max: 8 }) })
  .filter(({ window, motion }) => window > motion)
  .map(({ window, motion }) => ({ window_frames: 4 * window + 1, motion_frames: 4 * motion + 1 }))

describe('the page and the hub', () => {
  it('count the same frames and windows', () => {
    fc.assert(
      fc.property(seconds, windowing, (length, { window_frames, motion_frames }) => {
        const frames = videoFrames(length)
        const plan = planWindows(frames, {
          windowFrames: window_frames,
          motionFrames: motion_frames,
        })
        const page = { window_frames, motion_frames }
        expect(framesOf(length)).toBe(frames)
        expect(windowCount(frames, page)).toBe(plan.windows)
        expect(windowEdges(length, page).length).toBeLessThan(plan.windows)
      }),
    )
  })

  it('propose the same cut for one window less', () => {
    fc.assert(
      fc.property(seconds, windowing, (length, page) => {
        const saved = framesToSaveWindow(videoFrames(length), {
          windowFrames: page.window_frames,
          motionFrames: page.motion_frames,
        })
        const cut = cutForOneLess(length, page)
        if (saved === null || saved > FPS) expect(cut).toBeNull()
        else expect(cut).toBeCloseTo(saved / FPS)
      }),
    )
  })

  it('cut a picture at the same place', () => {
    const side = fc.integer({ min: 64, max: 4096 })
    const size = fc.record({ width: side, height: side })
    const place = fc.double({ min: 0, max: 0.9, noNaN: true })
    fc.assert(
      fc.property(
        size,
        size,
        fc.constantFrom('crop' as const, 'pad' as const, 'face' as const),
        fc.option(
          fc.record({ x: place, y: place, part: fc.double({ min: 0.02, max: 0.6, noNaN: true }) }),
        ),
        (source, target, fit, at) => {
          const face =
            at === null
              ? null
              : {
                  x: at.x * source.width,
                  y: at.y * source.height,
                  width: at.part * source.width,
                  height: at.part * source.height,
                }
          expect(cropOf(source, target, fit, face)).toEqual(
            frame({ source, target, fit, face }).crop,
          )
        },
      ),
    )
  })
})
