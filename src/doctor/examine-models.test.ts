import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { ModelStatus } from '../app/ports/models.ts'
import { loadConfig } from '../config/load-config.ts'
import { composeExamination } from '../main/compose-doctor.ts'
import { adviseModel } from '../models/advise-model.ts'
import { loadCatalogue } from '../models/load-manifest.ts'
import { parseGpus } from './examine-gpu.ts'
import { describeSet, examineHostMemory, examineModels } from './examine-models.ts'

const { models } = await loadCatalogue(null)

/** Every model of the shipped list, in the given states; all others are missing. */
const statuses = (states: Readonly<Record<string, ModelStatus['state']>>): ModelStatus[] =>
  models.map((model) => ({
    model,
    state: states[model.name] ?? 'missing',
    path: `/models/${model.file}`,
    bytesOnDisk: 0,
    bytes: model.bytes ?? model.approximateBytes ?? null,
    approximate: model.bytes === undefined,
    sha256: null,
    detail: null,
  }))
const present = (set: string) =>
  Object.fromEntries(
    models.filter(({ sets }) => sets.includes(set)).map(({ name }) => [name, 'present' as const]),
  )

describe('what the doctor says of a set of models', () => {
  it('is a warning where only the preview renders, an error where the ComfyUI of this machine needs it', () => {
    expect(describeSet('single', statuses({}), 'no')).toMatchObject({ state: 'warning' })
    expect(describeSet('single', statuses({}), 'here')).toMatchObject({
      state: 'missing',
      advice: 'Run "infinitetalk models pull --set single" (33.8 GB).',
    })
  })

  it('14.27: asks for no download where a ComfyUI elsewhere has its own models', () => {
    const finding = describeSet('single', statuses({}), 'perhaps')
    expect(finding).toMatchObject({ state: 'ok', advice: null })
    expect(finding.detail).toContain('COMFYUI_URL has its own')
    const begun = statuses({ 'clip-vision-h': 'present' })
    expect(describeSet('single', begun, 'perhaps')).toMatchObject({ state: 'warning' })
  })

  it('is nothing to worry about when all is there, or when nobody began to pull it', () => {
    expect(describeSet('single', statuses(present('single')), 'here')).toMatchObject({
      state: 'ok',
    })
    expect(describeSet('multi', statuses(present('single')), 'here')).toMatchObject({
      state: 'ok',
      detail: 'not pulled (2.6 GB)',
    })
  })

  it('does without what graphs can do without', () => {
    const states = { ...present('single'), 'melband-roformer': 'missing' as const }
    expect(describeSet('single', statuses(states), 'here')).toMatchObject({
      state: 'ok',
      detail: expect.stringMatching(/7 of 8.*MelBandRoformer_fp16\.safetensors/),
    })
  })

  it('names a file of the wrong size', () => {
    const states = { ...present('single'), 'clip-vision-h': 'wrong_size' as const }
    expect(describeSet('single', statuses(states), 'here')).toMatchObject({
      state: 'missing',
      detail: expect.stringContaining('clip_vision_h.safetensors'),
    })
  })

  it('names what could stand in for a missing one', () => {
    const { 'umt5-xxl-bf16': _gone, ...others } = present('single')
    const states = { ...others, 'umt5-xxl-fp8': 'present' as const }
    expect(describeSet('single', statuses(states), 'here')).toMatchObject({
      state: 'warning',
      detail: expect.stringContaining('umt5-xxl-enc-fp8_e4m3fn.safetensors'),
    })
  })
})

it('says how long a video the memory allows', () => {
  expect(examineHostMemory(statuses({}), 32e9)).toMatchObject({
    state: 'warning',
    detail: '32.0 GB: less than the models need',
  })
  expect(examineHostMemory(statuses({}), 64e9)).toMatchObject({ state: 'ok' })
})

it('reads what nvidia-smi prints, and nothing else', () => {
  const text = 'NVIDIA GeForce RTX 4090, 24564, 550.54.15\nNVIDIA H100, [N/A], 1\n'
  expect(parseGpus(text)).toEqual([
    { name: 'NVIDIA GeForce RTX 4090', memoryBytes: 24_564 * 1024 ** 2, driver: '550.54.15' },
  ])
})

it('14.27: names the set that brings a model, and none for a file that no list knows', () => {
  const multi = models.find(({ sets }) => sets.includes('multi') && !sets.includes('single'))
  expect(adviseModel(multi?.file ?? '', models)).toContain('"infinitetalk models pull --set multi"')
  expect(adviseModel('mine.safetensors', models)).toBeNull()
})

it('says what is wrong with a list of models instead of failing', async () => {
  const manifest = fileURLToPath(import.meta.url)
  const config = loadConfig({ env: { INFINITETALK_MODELS_MANIFEST: manifest }, file: null })
  const findings = await examineModels(
    composeExamination({ config, env: {}, signal: AbortSignal.timeout(5000) }),
  )
  expect(findings).toMatchObject([{ subject: 'Models', state: 'warning' }])
})
