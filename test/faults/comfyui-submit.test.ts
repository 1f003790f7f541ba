// Graphs that are refused, and answers that are lost on the way back.
import { describe, expect, it } from 'vitest'
import { comfyRender, inputSizes } from '../comfyui/comfy-render.ts'
import { HTML_ANSWER, SERVER_ERROR } from '../comfyui/standin/stand-in.ts'

describe('a graph', () => {
  it('fault 99: whose model file ComfyUI does not have is refused by its name', async () => {
    const comfy = await comfyRender({
      standIn: {
        editObjectInfo(info) {
          info.MultiTalkModelLoader!.input.required!.model = [['other.safetensors'], {}]
        },
      },
    })
    await expect(comfy.render()).rejects.toMatchObject({
      code: 'model_missing',
      meta: { node: { id: '120', type: 'MultiTalkModelLoader' } },
    })
    expect(comfy.standIn.count('POST', '/prompt')).toBe(1)
    expect(await inputSizes(comfy)).toEqual([0, 0])
  })

  it.each([
    ['500', SERVER_ERROR, 'engine_failed'],
    [
      '413',
      {
        status: 413,
        contentType: 'text/plain',
        body: 'Maximum request body size 104857600 exceeded.',
      },
      'input_too_large',
    ],
    ['a page of a proxy', { ...HTML_ANSWER, status: 403 }, 'engine_unreachable'],
    ['a login page with status 200', HTML_ANSWER, 'engine_unreachable'],
  ] as const)('fault 99: answered with %s fails as what it is', async (_, prompt, code) => {
    const comfy = await comfyRender({ standIn: { faults: { prompt } } })
    await expect(comfy.render()).rejects.toMatchObject({ code })
    expect(await inputSizes(comfy)).toEqual([0, 0])
    expect(comfy.standIn.control.queueLength()).toBe(0)
  })

  it('fault 99: taken only in part is refused, and what was taken is removed', async () => {
    const errors = [{ type: 'value_not_in_list', message: '', details: '', extra_info: {} }]
    const node_errors = { '131': { errors, dependent_outputs: ['131'], class_type: 'VHS' } }
    const body = JSON.stringify({ prompt_id: 'x', number: 1, node_errors })
    const prompt = { status: 200, contentType: 'application/json', body }
    const comfy = await comfyRender({ standIn: { faults: { prompt } } })
    await expect(comfy.render()).rejects.toMatchObject({
      code: 'workflow_invalid',
      meta: { node: { id: '131' } },
    })
    const { requests } = comfy.standIn
    const posted = requests.findIndex(({ path }) => path === '/prompt')
    expect(requests.slice(posted).some(({ path }) => path === '/queue')).toBe(true)
  })

  it('fault 99: whose answer is lost is not sent a second time', async () => {
    const comfy = await comfyRender({ standIn: { faults: { prompt: 'lost' } } })
    await comfy.render()
    expect(comfy.standIn.count('POST', '/prompt')).toBe(1)
  })

  it('fault 99: that never arrived is sent again, under the same id', async () => {
    const prompt = { status: 502, contentType: 'text/html', body: '<html>Bad Gateway</html>' }
    const comfy = await comfyRender({ standIn: { faults: { prompt, promptTimes: 1 } } })
    await comfy.render({ found: null })
    expect(comfy.standIn.count('POST', '/prompt')).toBe(2)
    expect(comfy.kept).toHaveLength(1)
  })

  it('fault 99: too large an upload says the limit', async () => {
    const comfy = await comfyRender({ standIn: { maxUploadBytes: 1000 } })
    await expect(comfy.render()).rejects.toMatchObject({
      code: 'input_too_large',
      detail: expect.stringContaining('1000 bytes'),
    })
  })
})
