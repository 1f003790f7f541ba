import { writeFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { samplePlan } from '../../../test/support/sample-plan.ts'
import { createTestFolder } from '../../../test/support/test-folder.ts'
import { AppError } from '../../domain/errors.ts'
import { findTemplate } from '../../workflow/template.ts'
import { chooseByServer } from './choose-by-server.ts'
import { parseComfyAddress } from './comfy-address.ts'
import { createComfyApi } from './comfy-server.ts'
import { builtInWorkflows, loadTemplates } from './load-templates.ts'

const { templates } = await loadTemplates([builtInWorkflows()])
const USUAL = findTemplate(templates, 'I2V_single')!
const IMAGE = { path: 'image.png', width: 256, height: 256 }
const VOICE = {
  ...{ path: 'voice.wav', pcmPath: 'voice.pcm' },
  ...{ channel: null, seconds: 1, hasSpeech: true },
}
const LACKING = new AppError('node_missing', 'It has no node packs.')
const signal = new AbortController().signal

/** A server that has the classes of these workflows. */
function server(...able: string[]) {
  const clock = { ms: 0 }
  const asked: string[] = []
  const api = createComfyApi(parseComfyAddress('http://127.0.0.1:8188'))
  const whyNot = async (_: unknown, graph: unknown): Promise<AppError | null> => {
    const { name } = templates.find((template) => template.graph === graph)!
    asked.push(name)
    return able.includes(name) ? null : LACKING
  }
  const choice = { api, templates, options: { whyNot }, nowMs: () => clock.ms }
  const choose = async (members = {}): Promise<string> => {
    const plan = samplePlan(IMAGE, VOICE, members)
    return (await chooseByServer(USUAL, plan, choice, signal)).name
  }
  const chooseForTwo = async (...pcm: readonly Int16Array[]): Promise<string> => {
    const files = await createTestFolder()
    const alone = samplePlan(IMAGE, VOICE)
    const voices = pcm.map((_, index) => ({ ...alone.voices[0]!, pcmPath: files.path(`${index}`) }))
    for (const [index, samples] of pcm.entries()) {
      await writeFile(voices[index]!.pcmPath, new Uint8Array(samples.buffer))
    }
    const plan = { ...alone, voices, frames: 100 }
    return (await chooseByServer(findTemplate(templates, 'I2V_multi')!, plan, choice, signal)).name
  }
  return { clock, asked, choose, chooseForTwo, able }
}

it('takes the usual graph where a server can run it, and that of windows where it can run only this', async () => {
  expect(await server('I2V_single', 'I2V_window').choose()).toBe('I2V_single')
  expect(await server('I2V_window').choose()).toBe('I2V_window')
  expect(await server().choose()).toBe('I2V_single')
  expect(await server('I2V_window').choose({ workflow: 'I2V_single' })).toBe('I2V_single')
})

it('asks a server for what it lacks once a minute, not for each job', async () => {
  const { asked, choose, clock, able } = server('I2V_window')
  for (let job = 0; job < 5; job += 1) expect(await choose()).toBe('I2V_window')
  expect(asked).toEqual(['I2V_single', 'I2V_window'])
  able.push('I2V_single')
  clock.ms += 60_000
  expect(await choose()).toBe('I2V_single')
})

it('has two people in windows only where they talk in turns and the usual graph cannot run', async () => {
  const talking = (from: number, to: number): Int16Array =>
    new Int16Array(4 * 16_000).fill(8000, from * 16_000, to * 16_000)
  const inTurns = [talking(0, 2), talking(2, 4)]
  const { chooseForTwo, able } = server('I2V_window', 'I2V_window_multi')
  expect(await chooseForTwo(...inTurns)).toBe('I2V_window_multi')
  await expect(chooseForTwo(talking(0, 3), talking(1, 4))).rejects.toMatchObject({
    code: 'node_missing',
    detail: expect.stringContaining('talk at once at 1.0 s'),
  })
  able.push('I2V_multi')
  expect(await server(...able).chooseForTwo(talking(0, 3), talking(1, 4))).toBe('I2V_multi')
  expect(await server('I2V_window').chooseForTwo(...inTurns)).toBe('I2V_multi')
})
