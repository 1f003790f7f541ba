// A window whose frames cannot be right ends the render, with its number and what to do. Frames that only look unusual are kept.
import { expect, it } from 'vitest'
import { describeWith } from '../../support/requires.ts'
import { type ComfyRender, comfyRender } from '../comfy-render.ts'
import { drawPng } from '../standin/drawn-png.ts'
import type { Faults, FrameFault } from '../standin/faults.ts'

const SMALL = { width: 64, height: 64, preset: 'draft', workflow: 'I2V_window' } as const
const GREY = drawPng({ width: 256, height: 256, key: 'a person', index: 0 })

function renderOf(seconds: number, faults: Faults, picture?: Buffer): Promise<ComfyRender> {
  return comfyRender({
    standIn: { version: '0.33.0', faults },
    seconds,
    request: SMALL,
    ...(picture === undefined ? {} : { picture }),
  })
}

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'the frames of a window', () => {
  it.each<FrameFault>(['few', 'wrong_size', 'black', 'identical', 'damaged'])(
    'that are wrong (%s) end the render with the window that they are of',
    async (frames) => {
      const comfy = await renderOf(7.5, { frames, framesAfter: 1 }, GREY)
      await expect(comfy.render()).rejects.toMatchObject({
        code: 'output_invalid',
        detail: expect.stringContaining('Window 2 '),
        meta: { window: 2 },
      })
      expect(comfy.standIn.control.queueLength()).toBe(0)
      expect(comfy.standIn.control.historyIds()).toEqual([])
    },
  )

  it('may be black when the picture is', async () => {
    const comfy = await renderOf(1, { frames: 'black' })
    await expect(comfy.render()).resolves.toMatchObject({ frames: 25 })
  })

  it('may be equal where the last window adds no more than one latent', async () => {
    const comfy = await renderOf(84 / 25, { frames: 'identical', framesAfter: 1 }, GREY)
    await expect(comfy.render()).resolves.toMatchObject({ frames: 84 })
  })
})
