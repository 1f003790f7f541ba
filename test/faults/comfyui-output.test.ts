// A render that succeeded may still lack: its history, its video, all of its video.
import { stat } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { comfyRender } from '../comfyui/comfy-render.ts'

describe('a history entry', () => {
  it('fault 97: that is late is waited for', async () => {
    const comfy = await comfyRender({ standIn: { faults: { historyLateMs: 500 } } })
    await comfy.render()
  })

  it('fault 97: that never comes after a success ends the render', async () => {
    const comfy = await comfyRender({
      standIn: { faults: { historyLateMs: null } },
      times: { lateHistoryMs: 300 },
    })
    await expect(comfy.render()).rejects.toMatchObject({
      code: 'engine_crashed',
      detail: expect.stringContaining('does not know the render that it said had succeeded'),
    })
  })
})

describe('an output', () => {
  it('fault 101: that is no video is counted in the error', async () => {
    const comfy = await comfyRender({ standIn: { faults: { output: 'png_only' } } })
    await expect(comfy.render()).rejects.toMatchObject({
      code: 'output_missing',
      detail: expect.stringMatching(/picture/),
    })
    expect(comfy.standIn.control.historyIds()).toEqual([])
  })

  it('fault 101: that is not there is missing', async () => {
    const comfy = await comfyRender({ standIn: { faults: { output: 'none' } } })
    await expect(comfy.render()).rejects.toMatchObject({ code: 'output_missing' })
  })

  it('fault 101: of zero bytes is tried for a while, then refused', async () => {
    const comfy = await comfyRender({ standIn: { faults: { output: 'zero_bytes' } } })
    await expect(comfy.render()).rejects.toMatchObject({
      code: 'output_invalid',
      detail: expect.stringContaining('is empty'),
    })
  })

  it('fault 101: that still grows is fetched when it is whole', async () => {
    const comfy = await comfyRender({
      standIn: { faults: { output: 'growing' } },
      times: { settleMs: 100 },
    })
    const { path } = await comfy.render()
    const [name] = await comfy.standIn
      .files('temp')
      .then((names) => names.filter((n) => n.endsWith('.mp4')))
    const { size } = await stat(`${comfy.standIn.folders.temp}/${name}`)
    expect((await stat(path)).size).toBe(size)
  })

  it('fault 101: beside a second one is that of the output node', async () => {
    const comfy = await comfyRender({ standIn: { faults: { output: 'two' } } })
    const { path } = await comfy.render()
    expect((await stat(path)).size).toBeGreaterThan(1000)
  })

  it.each(['escaping_subfolder', 'absolute_filename'] as const)(
    'fault 101: with a name that leads elsewhere (%s) is never asked for',
    async (output) => {
      const comfy = await comfyRender({ standIn: { faults: { output } } })
      await expect(comfy.render()).rejects.toMatchObject({ code: 'output_missing' })
      expect(comfy.standIn.count('GET', '/view')).toBe(0)
    },
  )

  it('fault 106: of each render has a name of its own', async () => {
    const comfy = await comfyRender({ standIn: { msPerStep: 20 } })
    const videos = await Promise.all([comfy.render(), comfy.render()])
    expect(new Set(videos.map(({ path }) => path)).size).toBe(2)
    const names = (await comfy.standIn.files('temp')).filter((name) => name.endsWith('.mp4'))
    const prefixes = names.map((name) => name.replace(/_\d{5}(-audio)?\.mp4$/, ''))
    expect(new Set(prefixes).size).toBe(2)
  })
})
