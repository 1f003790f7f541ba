import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../domain/errors.ts'
import { bind, unboundParameters } from './bind.ts'
import { PARAMETER_NAMES } from './parameters.ts'
import { createTemplate } from './template.ts'

const GRAPH = {
  '1': { class_type: 'LoadImage', inputs: { image: 'a.png' } },
  '2': { class_type: 'Sampler', inputs: { steps: 6, offload: true, width: ['1', 1] } },
  '3': { class_type: 'WanVideoModelLoader', inputs: { model: 'wan', lora: ['4', 0] } },
  '4': { class_type: 'WanVideoLoraSelect', inputs: { lora: 'fast', merge_loras: false } },
  '5': { class_type: 'Save', inputs: { prefix: 'x', offload: false } },
}
const TEMPLATE = createTemplate('mine', GRAPH, {
  output: { class: 'Save' },
  parameters: {
    image: { class: 'LoadImage', input: 'image' },
    steps: { class: 'Sampler', input: 'steps' },
    width: { class: 'Sampler', input: 'width' },
    loras: { class: 'WanVideoModelLoader', input: 'lora' },
    force_offload: [
      { class: 'Sampler', input: 'offload' },
      { class: 'Save', input: 'offload' },
    ],
  },
})

describe('binding', () => {
  it('sets what is given, everywhere it goes, and leaves the rest and the template alone', () => {
    const before = structuredClone(TEMPLATE.graph)
    const graph = bind(TEMPLATE, { image: 'job/b.png', force_offload: false, width: 640 })
    expect(graph).toEqual({
      ...GRAPH,
      '1': { class_type: 'LoadImage', inputs: { image: 'job/b.png' } },
      '2': { class_type: 'Sampler', inputs: { steps: 6, offload: false, width: 640 } },
      '5': { class_type: 'Save', inputs: { prefix: 'x', offload: false } },
    })
    expect(TEMPLATE.graph).toEqual(before)
  })

  it('puts further LoRAs behind the one of the graph, each in front of the next', () => {
    const graph = bind(TEMPLATE, {
      loras: [
        { name: 'style.safetensors', strength: 0.7 },
        { name: 'sub/face.safetensors', strength: -1 },
      ],
    })
    expect(graph['3']?.inputs.lora).toEqual(['1002', 0])
    expect(graph['1002']).toMatchObject({
      class_type: 'WanVideoLoraSelect',
      inputs: { lora: 'sub/face.safetensors', strength: -1, prev_lora: ['1001', 0] },
    })
    expect(graph['1001']?.inputs).toEqual({
      lora: 'style.safetensors',
      strength: 0.7,
      low_mem_load: false,
      merge_loras: false,
      prev_lora: ['4', 0],
    })
  })

  it('begins the chain when the graph has no LoRA, and takes no id that is taken', () => {
    const graph = { ...GRAPH, '3': { class_type: 'WanVideoModelLoader', inputs: {} } }
    const taken = { ...graph, '1001': GRAPH['5'] }
    const template = createTemplate('mine', taken, {
      output: { node: '5', class: 'Save' },
      parameters: {
        image: { class: 'LoadImage', input: 'image' },
        loras: { class: 'WanVideoModelLoader', input: 'lora' },
      },
    })
    const bound = bind(template, { loras: [{ name: 'style', strength: 1 }] })
    expect(bound['1001']).toEqual(GRAPH['5'])
    expect(bound['3']?.inputs).toEqual({ lora: ['1002', 0] })
    expect(bound['1002']?.inputs).not.toHaveProperty('prev_lora')
    expect(bind(template, { loras: [] })).toEqual(taken)
  })

  it('names what was asked for and has no place in the workflow', () => {
    const values = { image: 'a.png', cfg: 2, audio: 'a.wav', loras: [] }
    expect(unboundParameters(TEMPLATE, values)).toEqual(['audio', 'cfg'])
  })
})

describe('any JSON as graph and bindings', () => {
  const name = fc.constantFrom('1', '2', 'a', 'image', 'LoadImage', '__proto__', 'constructor')
  const value = fc.oneof(fc.jsonValue(), fc.tuple(name, fc.nat(3)))
  const node = fc.record({ class_type: name, inputs: fc.dictionary(name, value) })
  const target = fc.record({ node: name, class: name, input: name }, { requiredKeys: ['class'] })
  const bindings = fc.record({
    output: fc.oneof(target, fc.record({ class: name }), fc.jsonValue()),
    parameters: fc.dictionary(
      fc.constantFrom(...PARAMETER_NAMES, 'other'),
      fc.oneof(target, fc.array(target), fc.jsonValue()),
    ),
  })
  const values = fc.record(
    {
      image: fc.string(),
      seed: fc.integer(),
      loras: fc.array(fc.record({ name: fc.string(), strength: fc.double() })),
    },
    { requiredKeys: [] },
  )

  it('is bound to a graph that can be sent, or refused with an AppError', () => {
    let bound = 0
    fc.assert(
      fc.property(
        fc.oneof(fc.dictionary(name, node), fc.jsonValue()),
        fc.oneof(bindings, fc.jsonValue()),
        values,
        (graph, json, given) => {
          try {
            const result = bind(createTemplate('any', graph, json), given)
            bound += 1
            expect(JSON.stringify(result)).toBeTypeOf('string')
          } catch (thrown) {
            if (!(thrown instanceof AppError)) throw thrown
          }
        },
      ),
      {
        examples: [
          [
            { '1': { class_type: 'a', inputs: { image: 'x' } } },
            { output: { class: 'a' }, parameters: { image: { class: 'a', input: 'image' } } },
            { image: 'y', seed: 1 },
          ],
        ],
      },
    )
    expect(bound).toBeGreaterThan(0)
  })
})
