// How a render on ComfyUI looks now: what the sampler shows until there are frames, then the last frame of the newest window.
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { AppError } from '../../src/domain/errors.ts'
import { isLatestFrame } from '../../src/domain/latest-frame.ts'
import { describeWith } from '../support/requires.ts'
import { type ComfyRenderOptions, comfyRender } from './comfy-render.ts'

const WINDOWED: ComfyRenderOptions = {
  standIn: { version: '0.33.0' },
  request: { width: 64, height: 64, preset: 'draft', workflow: 'I2V_window' },
}

async function widthOf(jpeg: Uint8Array): Promise<number> {
  expect(isLatestFrame(jpeg)).toBe(true)
  return (await sharp(jpeg).metadata()).width
}

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'the latest frame', () => {
  it.each([
    ['in one prompt', { standIn: { msPerStep: 2000 } }],
    ['in windows', { ...WINDOWED, standIn: { version: '0.33.0', msPerStep: 2000 } }],
  ] as const)('is what the sampler shows, of a render %s', async (_, options) => {
    const comfy = await comfyRender(options)
    const frames: Uint8Array[] = []
    const enough = new AbortController()
    const rendering = comfy.render({
      signal: enough.signal,
      onFrame(jpeg) {
        frames.push(jpeg)
        enough.abort(new AppError('canceled', 'The test has seen enough.'))
      },
    })
    await expect(rendering).rejects.toMatchObject({ code: 'canceled' })
    // As wide as the stand-in's picture of a latent.
    expect(await widthOf(frames[0]!)).toBe(104)
  })

  it('is the last one of each window once there is one', async () => {
    const comfy = await comfyRender({ ...WINDOWED, seconds: 7.5 })
    const frames: Uint8Array[] = []
    await comfy.render({ onFrame: (jpeg) => frames.push(jpeg) })
    const widths = await Promise.all(frames.map(widthOf))
    expect(widths.slice(-3)).toEqual([64, 64, 64])
  })

  it('is not asked of ComfyUI where nobody looks', async () => {
    const comfy = await comfyRender({ ...WINDOWED, seconds: 1 })
    await comfy.render()
    expect(comfy.standIn.control.previewsSent()).toBe(0)
  })
})
