import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../domain/errors.ts'
import { bind } from './bind.ts'
import { parseBindingsTable } from './bindings-table.ts'
import { checkGraph } from './check.ts'
import { type Graph, type GraphNode, parseGraph } from './graph.ts'
import { problemsToError } from './graph-problem.ts'
import { parseObjectInfo } from './object-info.ts'
import { createTemplate } from './template.ts'

const ROOT = join(import.meta.dirname, '../..')
const VERSIONS = ['v0.3.64', 'v0.28.0'] as const
const OURS = ['I2V_single', 'I2V_multi', 'V2V_single', 'V2V_multi'] as const

const readJson = (path: string): unknown => JSON.parse(readFileSync(join(ROOT, path), 'utf8'))
const infos = new Map(
  VERSIONS.map((version) => [
    version,
    parseObjectInfo(readJson(`test/fixtures/comfyui/${version}/object_info.json`)),
  ]),
)
const ours = (name: string): Graph => parseGraph(readJson(`workflows/${name}.json`), name)
const still = parseGraph(readJson('examples/workflows/still.json'), 'still')
const problemsOf = (graph: Graph, version: (typeof VERSIONS)[number] = 'v0.28.0') =>
  checkGraph(graph, infos.get(version)!)

/** The graph with changed inputs of one node; undefined removes an input. */
function changed(graph: Graph, id: string, inputs: Record<string, unknown>): Graph {
  const merged = Object.entries({ ...graph[id]?.inputs, ...inputs })
  const kept = merged.filter(([, value]) => value !== undefined)
  const node = { ...graph[id], inputs: Object.fromEntries(kept) } as GraphNode
  return { ...graph, [id]: node }
}

describe.each(VERSIONS)('on ComfyUI %s', (version) => {
  it.each(OURS)('%s runs without so much as a warning', (name) => {
    expect(problemsOf(ours(name), version)).toEqual([])
  })

  it('the example of an own workflow runs', () => {
    expect(problemsOf(still, version)).toEqual([])
  })

  it('our workflows run with every option set', () => {
    const table = parseBindingsTable(readJson('workflows/bindings.json'), 'bindings.json')
    for (const name of OURS) {
      const template = createTemplate(name, readJson(`workflows/${name}.json`), table.get(name))
      const lora = String(template.graph['138']?.inputs.lora)
      const graph = bind(template, {
        image: 'job/portrait.png',
        seed: 2 ** 53 - 1,
        scheduler: 'unipc',
        attention: 'sageattn',
        color_match: 'hm-mkl-hm',
        block_swap: 40,
        loras: [
          { name: lora, strength: 0.5 },
          { name: lora, strength: -1 },
        ],
        filename_prefix: 'infinitetalk/a1b2',
      })
      expect(problemsOf(graph, version)).toEqual([])
    }
  })
})

describe('a problem', () => {
  const graph = ours('I2V_single')

  it('of a class that is missing names its pack and where to get it', () => {
    const info = new Map([...infos.get('v0.28.0')!].filter(([name]) => !name.startsWith('VHS_')))
    expect(checkGraph(graph, info)).toEqual([
      {
        kind: 'class_missing',
        severity: 'error',
        nodeId: '131',
        classType: 'VHS_VideoCombine',
        title: 'Video',
        input: null,
        sentence:
          'Node 131 (VHS_VideoCombine, "Video") is of a class that this ComfyUI does not have.',
        advice:
          'Install ComfyUI-VideoHelperSuite (https://github.com/Kosinkadink/ComfyUI-VideoHelperSuite) in the folder custom_nodes of ComfyUI, and restart it.',
      },
    ])
  })

  it('of a class that its installed pack does not have says to update it, even if the node leads nowhere', () => {
    const dangling: GraphNode = { class_type: 'ImageConcatMulti', inputs: {} }
    const [found, ...others] = problemsOf({ ...still, '9': dangling }, 'v0.3.64')
    expect(others).toEqual([])
    expect(found?.advice).toMatch(/^Update ComfyUI-KJNodes .*the log of ComfyUI/)
    expect(problemsOf({ ...still, '9': dangling })).toEqual([])
  })

  it.each([
    ['a newer ComfyUI', 'WanInfiniteTalkToVideo', /^Update ComfyUI:/],
    ['nobody knows where', 'MyNode', /^Install the node pack/],
  ])('of a class that comes from %s says so', (_, class_type, advice) => {
    const [found] = problemsOf({ ...still, '9': { class_type, inputs: {} } }, 'v0.3.64')
    expect(found?.advice).toMatch(advice)
  })

  it('of a model that is not there names the file and its folder', () => {
    const [found] = problemsOf(changed(graph, '137', { model: 'other.safetensors' }))
    expect(found).toMatchObject({ kind: 'model_missing', nodeId: '137', input: 'model' })
    expect(found?.sentence).toContain('"other.safetensors"')
    expect(found?.sentence).toContain('wav2vec2')
    expect(found?.advice).toContain('folder wav2vec2')
  })

  it('of a model that lies in a subfolder names it as ComfyUI does', () => {
    const json = readJson('test/fixtures/comfyui/v0.28.0/object_info.json') as object
    const text = JSON.stringify(json).replaceAll('clip_vision_h.safe', 'wan/clip_vision_h.safe')
    const [found] = checkGraph(graph, parseObjectInfo(JSON.parse(text)))
    expect(found?.advice).toContain('"wan/clip_vision_h.safetensors"')
  })

  it.each([
    ['input_missing', '128', { steps: undefined }, 'lacks the input "steps"'],
    ['value_unlisted', '128', { scheduler: 'unipcc' }, 'which is not one of its values here'],
    ['value_unlisted', '122', { attention_mode: 'flash' }, '"attention_mode" = "flash"'],
    ['value_out_of_range', '128', { cfg: 31 }, 'must be at most 30'],
    ['value_out_of_range', '128', { steps: 0 }, 'must be at least 1'],
    ['value_out_of_range', '131', { crf: 101 }, 'must be at most 100'],
    ['value_invalid', '128', { steps: 'many' }, '"many", which is not a number'],
    ['value_invalid', '128', { steps: null }, '"null", which is not a number'],
    ['link_broken', '131', { images: ['999', 0] }, 'from node "999", which does not exist'],
    ['link_broken', '131', { images: ['130', 1] }, 'has 1 output here'],
    ['link_broken', '131', { images: [130, 0] }, 'a list that is not a link'],
    ['link_broken', '131', { images: ['130', 0, 1] }, 'a list that is not a link'],
    ['link_type', '131', { images: ['125', 0] }, 'takes IMAGE as "images", but node 125'],
    ['link_type', '192', { width: ['291', 0] }, 'gives IMAGE'],
    ['links_in_circle', '129', { compile_args: ['130', 0] }, 'form a cycle'],
  ])('%s at node %s is found in %j', (kind, nodeId, inputs, sentence) => {
    const found = problemsOf(changed(graph, nodeId, inputs)).filter((it) => it.kind === kind)
    expect(found).toHaveLength(1)
    expect(found[0]?.sentence).toContain(sentence)
    expect(found[0]?.severity).toBe('error')
    expect(found[0]?.advice).toMatch(/\.$/)
    if (kind !== 'links_in_circle') expect(found[0]?.nodeId).toBe(nodeId)
  })

  it('of an input that the class does not know is a warning, and comes last', () => {
    const [first, second, ...others] = problemsOf(changed(graph, '128', { stepps: 4, cfg: 99 }))
    expect(first?.kind).toBe('value_out_of_range')
    expect(second).toMatchObject({ kind: 'input_unknown', severity: 'warning', input: 'stepps' })
    expect(others).toEqual([])
  })

  it('of a graph without a result is found', () => {
    const { '4': _, ...silent } = still
    expect(problemsOf(silent)).toMatchObject([{ kind: 'no_output', nodeId: null }])
  })
})

describe('what ComfyUI takes', () => {
  it.each([
    ['the name of an uploaded file', '284', { image: 'job/portrait.png' }],
    ['a number written as text', '128', { steps: '6' }],
    ['a value off the step', '128', { cfg: 1.0005 }],
    ['the largest seed', '128', { seed: 2 ** 64 }],
    ['a link where a number may stand', '128', { seed: ['270', 0] }],
    ['what the editor adds for itself', '284', { upload: 'image' }],
    ['a list in the form of newer versions', '128', { steps: { __value__: 4 } }],
  ])('is not a problem: %s', (_, nodeId, inputs) => {
    for (const version of VERSIONS) {
      expect(problemsOf(changed(ours('I2V_single'), nodeId, inputs), version)).toEqual([])
    }
  })

  it('is a wrong value in a node that no result depends on', () => {
    const idle = { class_type: 'ImageResizeKJv2', inputs: { width: -1 } }
    expect(problemsOf({ ...still, '9': idle })).toEqual([])
  })

  it('is what any output gives where anything is taken', () => {
    const preview = { class_type: 'PreviewAny', inputs: { source: ['3', 0] } }
    for (const version of VERSIONS) {
      expect(problemsOf({ ...still, '9': preview }, version)).toEqual([])
    }
  })

  it('is an output that may be one of several types, and more inputs than a class declares', () => {
    const graph: Graph = {
      ...still,
      '8': {
        class_type: 'ImageConcatMulti',
        inputs: {
          inputcount: 3,
          image_1: ['1', 0],
          image_2: ['1', 0],
          image_3: ['1', 0],
          direction: 'right',
          match_image_size: false,
        },
      },
    }
    const joined = changed(graph, '2', { image: ['8', 0] })
    expect(problemsOf(joined)).toEqual([])
    expect(problemsOf(changed(joined, '8', { image_2: ['1', 1] }))).toEqual([])
    expect(problemsOf(changed(joined, '8', { image_2: ['3', 0] }))).toMatchObject([
      { kind: 'link_type', input: 'image_2' },
    ])
  })

  it('is a choice that brings inputs of its own, under dotted names', () => {
    const info = parseObjectInfo({
      Talk: {
        input: {
          required: {
            mode: [
              'COMFY_DYNAMICCOMBO_V3',
              {
                options: [
                  { key: 'one', inputs: { required: {} } },
                  { key: 'two', inputs: { required: { mask: ['MASK', {}] } } },
                ],
              },
            ],
            images: ['COMFY_AUTOGROW_V3', { template: {} }],
          },
        },
        output: ['IMAGE'],
        output_node: true,
      },
    })
    const talk = (inputs: GraphNode['inputs']) =>
      checkGraph({ '1': { class_type: 'Talk', inputs } }, info).map(({ kind, input }) => [
        kind,
        input,
      ])
    expect(talk({ mode: 'one', 'images.image0': ['1', 0] })).toEqual([['links_in_circle', null]])
    expect(talk({ mode: 'one' })).toEqual([])
    expect(talk({ mode: 'two' })).toEqual([['input_missing', 'mode.mask']])
    expect(talk({ mode: 'one', 'mode.mask': 1 })).toEqual([['input_unknown', 'mode.mask']])
    expect(talk({ mode: 'three' })).toEqual([['value_unlisted', 'mode']])
  })
})

const FORBIDDEN = /"(?:__proto__|constructor|prototype)"/

describe('what a server says', () => {
  it.each([[null], [[]], [{}], ['<html>'], [{ error: 'no' }], [{ error: { message: 'no' } }]])(
    'is not taken for nodes when it is %j',
    (json) => {
      expect(() => parseObjectInfo(json)).toThrow(AppError)
    },
  )

  it('may be anything inside of a class, and a graph anything at all: the check has an answer', () => {
    const name = fc.constantFrom('a', 'b', 'c')
    // No graph may have them; graph.test.ts says so.
    const harmless = fc.jsonValue().filter((json) => !FORBIDDEN.test(JSON.stringify(json)))
    const value = fc.oneof(harmless, fc.tuple(name, fc.nat(2)))
    const node = fc.record({ class_type: name, inputs: fc.dictionary(name, value) })
    const type = fc.oneof(fc.constantFrom('INT', 'COMBO', 'IMAGE', '*', 'COMFY_X'), fc.jsonValue())
    const input = fc.oneof(fc.tuple(type, fc.jsonValue()), fc.tuple(type), fc.jsonValue())
    const classInfo = fc.record({
      input: fc.oneof(
        fc.record({ required: fc.dictionary(name, input), optional: fc.dictionary(name, input) }),
        fc.jsonValue(),
      ),
      output: fc.oneof(fc.array(type), fc.jsonValue()),
      output_node: fc.boolean(),
    })
    fc.assert(
      fc.property(
        fc.dictionary(name, node, { minKeys: 1 }),
        fc.record({ a: classInfo, b: classInfo }),
        (json, info) => {
          const problems = checkGraph(parseGraph(json, 'any'), parseObjectInfo(info))
          for (const { sentence, advice } of problems) {
            expect(sentence).toMatch(/\.$/)
            expect(advice).toMatch(/\.$/)
          }
        },
      ),
    )
  })

  it('is followed back along a chain of a thousand nodes', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 996 }, (_, index) => [
        `n${index}`,
        {
          class_type: 'RepeatImageBatch',
          inputs: { image: index === 0 ? ['1', 0] : [`n${index - 1}`, 0], amount: 1 },
        },
      ]),
    )
    const graph = parseGraph({ ...still, ...chain }, 'long')
    expect(problemsOf(changed(graph, '2', { image: ['n995', 0] }))).toEqual([])
  })
})

describe('the error of a job', () => {
  it('is named by what is not installed, and counts the rest', () => {
    const graph = changed(ours('I2V_single'), '128', { cfg: 99 })
    const problems = problemsOf({ ...graph, '900': { class_type: 'MyNode', inputs: {} } })
    expect(problemsToError('mine', problems)).toMatchObject({
      code: 'node_missing',
      detail: expect.stringMatching(/^The workflow "mine" .*Node 900 .*1 more problem\. Install/),
      meta: {
        workflow: 'mine',
        problems: [{ kind: 'class_missing' }, { kind: 'value_out_of_range' }],
      },
    })
  })

  it('is none when there are warnings only', () => {
    const problems = problemsOf(changed(ours('I2V_single'), '128', { stepps: 4 }))
    expect(problems).toHaveLength(1)
    expect(problemsToError('mine', problems)).toBeNull()
  })
})
