// Servers that are not there, or are something else, or go away in the middle.
import { describe, expect, it } from 'vitest'
import { comfyRender, giveUpAtFirstStep, inputSizes } from '../comfyui/comfy-render.ts'
import { OUT_OF_MEMORY } from '../comfyui/standin/stand-in.ts'

describe('a ComfyUI', () => {
  it('fault 88: that refuses connections is unreachable, at once and by its address', async () => {
    const comfy = await comfyRender()
    await comfy.standIn.control.die(null)
    await expect(comfy.render()).rejects.toMatchObject({
      code: 'engine_unreachable',
      detail: expect.stringMatching(
        `^ComfyUI at ${comfy.standIn.url} cannot be reached: .*ECONNREFUSED`,
      ),
    })
    expect(await comfy.backend.health()).toContain('ECONNREFUSED')
  })

  it('fault 89: whose port answers, but is another web server, is named as that', async () => {
    const comfy = await comfyRender({ standIn: { faults: { notComfyUi: true } } })
    await expect(comfy.render()).rejects.toMatchObject({
      code: 'engine_unreachable',
      detail: expect.stringContaining('is not ComfyUI'),
    })
  })

  it('fault 89: that wants credentials says so', async () => {
    const comfy = await comfyRender({ standIn: { faults: { authorization: 'Bearer key' } } })
    await expect(comfy.render()).rejects.toMatchObject({
      code: 'engine_unreachable',
      detail: expect.stringContaining('check the credentials'),
    })
  })

  it('fault 102: that was started again in the middle has lost the render: told, not waited for', async () => {
    const faults = { dieAt: { at: 0.5, downMs: 100, times: 1 } }
    const comfy = await comfyRender({ standIn: { faults } })
    await expect(comfy.render()).rejects.toMatchObject({
      code: 'engine_crashed',
      detail: expect.stringContaining('forgot the render'),
    })
    expect(await inputSizes(comfy)).toEqual([0, 0])
  })

  it('fault 102: that does not come back is given up', async () => {
    const faults = { dieAt: { at: 0.5, downMs: null } }
    const comfy = await comfyRender({ standIn: { faults }, times: { unreachableMs: 200 } })
    await expect(comfy.render()).rejects.toMatchObject({
      code: 'engine_crashed',
      detail: expect.stringContaining('cannot be reached'),
    })
  })

  it('fault 102: that is started again after the end has lost what was only in its temporary folder', async () => {
    const comfy = await comfyRender({ standIn: { msPerStep: 10 } })
    await giveUpAtFirstStep(comfy, 'stopping')
    await expect.poll(() => comfy.standIn.control.queueLength()).toBe(0)
    await comfy.standIn.control.die(0)
    await comfy.render({ found: comfy.kept[0] ?? null })
    expect(comfy.standIn.count('POST', '/prompt')).toBe(2)
  })

  it('fault 102: whose render another attempt goes on with keeps what was said of the inputs', async () => {
    const comfy = await comfyRender({ standIn: { msPerStep: 10 } })
    await giveUpAtFirstStep(comfy, 'stopping')
    const { warnings } = await comfy.render({ found: comfy.kept[0] ?? null })
    expect(warnings).toEqual(['A warning.'])
    expect(comfy.standIn.count('POST', '/prompt')).toBe(1)
  })

  it('fault 103: in which someone else interrupts is not to blame', async () => {
    const comfy = await comfyRender({ standIn: { faults: { interruptAt: { at: 0.5 } } } })
    await expect(comfy.render()).rejects.toMatchObject({ code: 'engine_interrupted' })
    expect(comfy.standIn.control.historyIds()).toEqual([])
  })

  it('fault 100: without memory on its GPU says so, and is used again', async () => {
    const faults = { errorAt: { ...OUT_OF_MEMORY, at: 0.5 } }
    const comfy = await comfyRender({ standIn: { faults } })
    await expect(comfy.render()).rejects.toMatchObject({
      code: 'gpu_out_of_memory',
      entry: { hint: expect.stringContaining('smaller size') },
      meta: { node: { id: '128', type: 'WanVideoSampler' } },
    })
    expect(comfy.backend.distrusted).toEqual([])
    comfy.standIn.control.setFaults({})
    await comfy.render()
  })

  it('fault 100: whose CUDA context is poisoned is not trusted any more', async () => {
    const message = 'CUDA error: an illegal memory access was encountered'
    const faults = { errorAt: { at: 0.5, exceptionType: 'RuntimeError', message } }
    const comfy = await comfyRender({ standIn: { faults } })
    await expect(comfy.render()).rejects.toMatchObject({ meta: { poisoned: true } })
    expect(comfy.backend.distrusted).toHaveLength(1)
  })

  it('fault 105: with prompts of others in its queue is waited for', async () => {
    const faults = { foreignPromptsMs: [2000, 2000] }
    const comfy = await comfyRender({
      standIn: { faults },
      times: { stallMs: 3500, loadingStallMs: 3500 },
    })
    await comfy.render()
    expect(comfy.standIn.count('POST', '/interrupt')).toBe(0)
  })
})

describe('a render that hangs', () => {
  // Short only once it samples: before, a busy machine may be silent for a second without hanging.
  const times = { stallMs: 1000, endMs: 500 }

  it('fault 92: is interrupted; a server that obeys is trusted', async () => {
    const comfy = await comfyRender({ standIn: { faults: { hangAt: { at: 0.5 } } }, times })
    await expect(comfy.render()).rejects.toMatchObject({ code: 'engine_stalled' })
    expect(comfy.backend.distrusted).toEqual([])
    expect(comfy.standIn.control.queueLength()).toBe(0)
  })

  it('fault 92: on a server that does not even obey an interrupt ends the trust in it', async () => {
    const faults = { hangAt: { at: 0.5, ignoresInterrupt: true } }
    const comfy = await comfyRender({ standIn: { faults }, times })
    await expect(comfy.render()).rejects.toMatchObject({ code: 'engine_stalled' })
    expect(comfy.backend.distrusted).toEqual([expect.stringContaining('did not obey')])
  })

  it('fault 92: is told from one whose socket cannot be heard', async () => {
    const faults = { socket: 'refused' } as const
    const comfy = await comfyRender({ standIn: { faults, msPerStep: 250 }, times })
    await comfy.render()
  })
})
