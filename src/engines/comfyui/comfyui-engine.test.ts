import { stat } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { comfyRender, giveUpAtFirstStep, inputSizes } from '../../../test/comfyui/comfy-render.ts'
import { COMFY_VERSIONS, OUT_OF_MEMORY } from '../../../test/comfyui/standin/stand-in.ts'
import type { FoundFace } from '../../app/ports/faces.ts'
import { AppError } from '../../domain/errors.ts'
import type { ComfyuiEngineOptions } from './comfyui-engine.ts'

describe.each(COMFY_VERSIONS)('the engine on a ComfyUI %s', (version) => {
  it('renders a video, and leaves nothing behind', async () => {
    const comfy = await comfyRender({ standIn: { version }, seconds: 4.5 })
    const { path, frames, comment } = await comfy.render()
    expect((await stat(path)).size).toBeGreaterThan(1000)
    expect(frames).toBe(153)
    expect(comment).toMatch(/^AI-generated/)
    expect(comfy.standIn.control.historyIds()).toEqual([])
    expect(comfy.standIn.control.openSockets()).toBe(0)
    expect(await inputSizes(comfy)).toEqual([0, 0])
  })

  it('tells how far it is, step by step over the whole video', async () => {
    const comfy = await comfyRender({ standIn: { version }, seconds: 4.5 })
    await comfy.render()
    const stages = [...new Set(comfy.progress.map(({ stage }) => stage))]
    expect(stages.filter((stage) => stage !== 'analysing')).toEqual([
      'waiting',
      'loading_models',
      'sampling',
      'decoding',
      'saving',
    ])
    expect(comfy.progress.findLast(({ stage }) => stage === 'sampling')).toEqual({
      backend: comfy.standIn.url,
      stage: 'sampling',
      done: 12,
      total: 12,
      window: { number: 2, count: 2 },
    })
  })

  it('asks for few things, and for nothing twice', async () => {
    const comfy = await comfyRender({
      standIn: { version },
      times: { pollFirstMs: 5000, pollAfterEndMs: 500 },
    })
    await comfy.render()
    const asked = comfy.standIn.requests.map(({ method, path }) => `${method} ${path}`)
    const looks = /^GET \/(queue|history)/
    expect(asked.filter((request) => !looks.test(request))).toEqual([
      'GET /system_stats',
      'POST /upload/image',
      'POST /upload/image',
      'WS /ws',
      'POST /prompt',
      'GET /view',
      'HEAD /view',
      'POST /history',
      'POST /upload/image',
      'POST /upload/image',
    ])
    expect(asked.filter((request) => looks.test(request)).length).toBeLessThan(10)
  })
})

describe('a render that an earlier attempt left', () => {
  it('running is gone on with: nothing is sent again', async () => {
    const comfy = await comfyRender({ standIn: { msPerStep: 60 } })
    await giveUpAtFirstStep(comfy, 'stopping')
    expect(comfy.standIn.control.queueLength()).toBe(1)
    const { path } = await comfy.render({ found: comfy.kept.at(-1) ?? null })
    expect((await stat(path)).size).toBeGreaterThan(1000)
    expect(comfy.standIn.count('POST', '/prompt')).toBe(1)
    expect(comfy.progress.findLast(({ stage }) => stage === 'sampling')?.done).toBe(6)
    expect(await inputSizes(comfy)).toEqual([0, 0])
    expect(comfy.standIn.control.historyIds()).toEqual([])
  })

  it('running is measured by the steps that were asked for, not by those of the workflow', async () => {
    const comfy = await comfyRender({ standIn: { msPerStep: 40 }, request: { steps: 10 } })
    await giveUpAtFirstStep(comfy, 'stopping')
    await comfy.render({ found: comfy.kept.at(-1) ?? null })
    expect(comfy.progress.findLast(({ stage }) => stage === 'sampling')).toMatchObject({
      done: 10,
      total: 10,
    })
  })

  it('before it was sent leaves no inputs behind', async () => {
    const comfy = await comfyRender()
    const stopping = new AbortController()
    const rendering = comfy.render({ signal: stopping.signal, found: null })
    const ended = expect(rendering).rejects.toMatchObject({ code: 'stopping' })
    await expect.poll(() => comfy.standIn.count('POST', '/upload/image'), { interval: 1 }).toBe(1)
    stopping.abort(new AppError('stopping', 'The hub is stopping.'))
    await ended
    expect(comfy.standIn.count('POST', '/prompt')).toBe(0)
    for (const bytes of await inputSizes(comfy)) expect(bytes).toBe(0)
  })

  it('finished is fetched', async () => {
    const comfy = await comfyRender({ standIn: { msPerStep: 10 } })
    await giveUpAtFirstStep(comfy, 'worker_lost')
    await expect.poll(() => comfy.standIn.control.queueLength()).toBe(0)
    const { path } = await comfy.render({ found: comfy.kept.at(-1) ?? null })
    expect((await stat(path)).size).toBeGreaterThan(1000)
    expect(comfy.standIn.count('POST', '/prompt')).toBe(1)
  })

  it('failed begins anew', async () => {
    const standIn = { msPerStep: 20, faults: { errorAt: { ...OUT_OF_MEMORY, at: 0.5, times: 1 } } }
    const comfy = await comfyRender({ standIn })
    await giveUpAtFirstStep(comfy, 'stopping')
    await expect.poll(() => comfy.standIn.control.queueLength()).toBe(0)
    await comfy.render({ found: comfy.kept.at(-1) ?? null })
    expect(comfy.standIn.count('POST', '/prompt')).toBe(2)
    expect(comfy.kept).toHaveLength(2)
    expect(comfy.kept[0]?.id).not.toBe(comfy.kept[1]?.id)
    expect(comfy.standIn.control.historyIds()).toEqual([])
  })

  it.each([
    ['that nobody knows any more', {}],
    ['on another machine', { backend: 'http://elsewhere:8188' }],
    ['of another engine', { engine: 'beam' }],
  ])('%s begins anew', async (_, where) => {
    const comfy = await comfyRender()
    const id = crypto.randomUUID()
    const found = { engine: 'comfyui', backend: comfy.backend.name, id, seed: 1, ...where }
    await comfy.render({ found })
    expect(comfy.standIn.count('POST', '/prompt')).toBe(1)
    expect(comfy.kept).toMatchObject([{ engine: 'comfyui', backend: comfy.standIn.url, seed: 1 }])
  })

  it('and that nobody waits for is ended, with all that it had', async () => {
    const comfy = await comfyRender({ standIn: { msPerStep: 1000 } })
    await giveUpAtFirstStep(comfy, 'stopping')
    await comfy.engine.abandon(comfy.kept[0]!, AbortSignal.timeout(5000))
    expect(comfy.standIn.control.queueLength()).toBe(0)
    expect(comfy.standIn.control.historyIds()).toEqual([])
    expect(await inputSizes(comfy)).toEqual([0, 0])
  })
})

describe('a workflow', () => {
  it('that does not exist is named, with those that do', async () => {
    const comfy = await comfyRender({ request: { workflow: 'mine' } })
    await expect(comfy.render()).rejects.toMatchObject({
      code: 'workflow_not_found',
      detail: expect.stringContaining('"mine"; there are I2V_multi, I2V_single'),
    })
    expect(comfy.standIn.requests).toEqual([])
  })

  it.each([
    ['V2V_single', 'The workflow "V2V_single" takes a video, not an image.'],
    ['I2V_multi', 'The workflow "I2V_multi" is for two speakers, not one speaker.'],
  ])('that does not fit the inputs is refused: %s', async (workflow, detail) => {
    const comfy = await comfyRender({ request: { workflow } })
    await expect(comfy.render()).rejects.toMatchObject({ code: 'engine_unsupported', detail })
  })

  it('is checked before its first render on a server, and before any input is sent', async () => {
    let checks = 0
    const checkWorkflow = async (): Promise<void> => {
      checks += 1
      if (checks === 1) throw new AppError('model_missing', 'There is no model.')
    }
    const comfy = await comfyRender({ engine: { checkWorkflow } })
    await expect(comfy.render()).rejects.toMatchObject({ code: 'model_missing' })
    expect(comfy.standIn.count('POST', '/upload/image')).toBe(0)
    await comfy.render()
    await comfy.render()
    expect(checks).toBe(2)
  })
})

describe('one voice for a chosen person', () => {
  const face = (index: number, x: number): FoundFace => ({
    index,
    box: { x, y: 100, width: 40, height: 50 },
    ...{ detection: 0.9, mesh: 0.9, yaw: 0, roll: 0, refusal: null },
  })
  const one = [face(0, 40)]
  const two = [...one, face(1, 180)]
  const doubtful: FoundFace[] = [{ ...face(0, 40), refusal: 'no_face_found' }]
  const onLeft = { audio: { url: 'https://example.com/voice', box: [0, 0, 0.5, 1] } }
  const onRight = { audio: { url: 'https://example.com/voice', box: [0.5, 0, 0.5, 1] } }
  const STOP = new AppError('canceled', 'The test has seen enough.')

  /** The workflow that the server is asked about. */
  async function chosen(
    faces: readonly FoundFace[],
    request: Readonly<Record<string, unknown>>,
    engine: Partial<ComfyuiEngineOptions> = {},
  ): Promise<string> {
    let chosen = ''
    const checkWorkflow = async (_: unknown, name: string): Promise<void> => {
      chosen = name
      throw STOP
    }
    const comfy = await comfyRender({ request, faces, engine: { checkWorkflow, ...engine } })
    await expect(comfy.render()).rejects.toBe(STOP)
    return chosen
  }

  it.each([
    ['two people, by a face', two, { face: 1 }, 'I2V_multi'],
    ['two people, by a box', two, onLeft, 'I2V_multi'],
    ['one person, by the face', one, { face: 0 }, 'I2V_single'],
    ['one person, by a box', one, onLeft, 'I2V_single'],
    ['one person, beside whom the box is', one, onRight, 'I2V_multi'],
    ['a face that is in doubt', doubtful, onLeft, 'I2V_multi'],
    ['nobody who is found, as in a cartoon', [], onLeft, 'I2V_multi'],
    ['one person, in a graph for two', one, { ...onLeft, workflow: 'I2V_multi' }, 'I2V_multi'],
    ['one person, in a graph for one', one, { face: 0, workflow: 'I2V_single' }, 'I2V_single'],
  ])(
    '14.24: takes the graph with masks only where it is needed: %s',
    async (_, faces, request, name) => {
      expect(await chosen(faces, request)).toBe(name)
    },
  )

  it('14.24: is refused in a named graph without masks when there are two people', async () => {
    const comfy = await comfyRender({ faces: two, request: { face: 1, workflow: 'I2V_single' } })
    await expect(comfy.render()).rejects.toMatchObject({
      code: 'engine_unsupported',
      pointer: '/workflow',
    })
  })

  it('14.24: never goes to a graph without masks because the one with masks cannot run', async () => {
    const missing = new AppError('model_missing', 'There is no model.')
    const whyNot: ComfyuiEngineOptions['whyNot'] = async (_, graph) =>
      Object.values(graph).some(({ class_type }) => class_type === 'SamplerCustomAdvanced')
        ? null
        : missing
    expect(await chosen(two, { face: 1 }, { whyNot })).toBe('I2V_window_multi')
    expect(await chosen(two, {}, { whyNot })).toBe('I2V_window')
    const nothing = { whyNot: async () => missing }
    expect(await chosen(two, { face: 1 }, nothing)).toBe('I2V_multi')
  })
})
