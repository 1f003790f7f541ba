import { expect, it } from 'vitest'
import { AppError } from '../../domain/errors.ts'
import { parseComfyAddress } from './comfy-address.ts'
import type { ComfyApi } from './comfy-api.ts'
import { createComfyApi } from './comfy-server.ts'
import { builtInWorkflows, loadTemplates } from './load-templates.ts'
import { MetNeeds, needOf } from './met-needs.ts'

const { templates } = await loadTemplates([builtInWorkflows()])

/** Servers by the workflows that they can run; null for one that does not answer. */
function openNeeds(...servers: (readonly string[] | null)[]) {
  const clock = { ms: 0 }
  const comfyui: { runs: boolean; ailment: string | null } = { runs: true, ailment: null }
  const asked: string[] = []
  const apis: readonly ComfyApi[] = servers.map(() =>
    createComfyApi(parseComfyAddress('http://127.0.0.1:8188')),
  )
  const pool = {
    servers: async () => (comfyui.runs ? apis : []),
    health: async () => comfyui.ailment,
  }
  const checkWorkflow = async (api: ComfyApi, name: string): Promise<void> => {
    asked.push(name)
    const able = servers[apis.indexOf(api)]
    if (able == null) throw new AppError('engine_unreachable', 'It does not answer.')
    if (!able.includes(name)) throw new AppError('node_missing', `${name} lacks a node.`)
  }
  const needs = new MetNeeds({ pool, templates, checkWorkflow }, () => clock.ms)
  const met = async () =>
    [...(await needs.read())].filter(([, lacking]) => lacking === null).map(([need]) => need)
  return { needs, met, clock, asked, servers, comfyui }
}

it('are the workflows of its servers, and the kinds of requests that one of them renders', async () => {
  expect(await openNeeds(['I2V_single']).met()).toEqual(['I2V_single', 'image/1'])
  expect(await openNeeds(['I2V_window'], ['V2V_multi']).met()).toEqual([
    ...['I2V_window', 'V2V_multi', 'image/1', 'video/1', 'video/2'],
  ])
  const lacking = (await openNeeds(['I2V_window']).needs.read()).get('image/2')
  expect(lacking).toBe('I2V_multi lacks a node.')
})

it('are all until a server has answered, and then as it last said', async () => {
  const { met, servers, clock } = openNeeds(null)
  expect(await met()).toHaveLength(templates.length + 4)
  servers[0] = ['I2V_single']
  clock.ms = 5000
  await met()
  await expect.poll(met).toEqual(['I2V_single', 'image/1'])
  servers[0] = null
  clock.ms = 70_000
  await met()
  expect(await met()).toEqual(['I2V_single', 'image/1'])
})

it('are all again when a job has to start ComfyUI, and as last said while none can', async () => {
  const { met, clock, comfyui } = openNeeds(['I2V_single'])
  const minuteLater = async () => {
    clock.ms += 60_000
    await met()
    // The answers are there a moment later.
    await new Promise(setImmediate)
    return met()
  }
  expect(await met()).toEqual(['I2V_single', 'image/1'])
  Object.assign(comfyui, { runs: false, ailment: 'It does not answer.' })
  expect(await minuteLater()).toEqual(['I2V_single', 'image/1'])
  comfyui.ailment = null
  expect(await minuteLater()).toHaveLength(templates.length + 4)
})

it('are asked for once a minute', async () => {
  const { met, asked, clock } = openNeeds([])
  for (clock.ms = 0; clock.ms < 60_000; clock.ms += 1000) await met()
  expect(asked).toHaveLength(templates.length)
  clock.ms = 60_000
  await met()
  await expect.poll(() => asked.length).toBe(2 * templates.length)
})

it('of a request are its workflow, or its kind of input and number of speakers', () => {
  const request = { workflow: null, inputType: 'image', personCount: 'multi' } as const
  expect(needOf(request, templates)).toBe('image/2')
  expect(needOf({ ...request, workflow: 'i2v_WINDOW' }, templates)).toBe('I2V_window')
})
