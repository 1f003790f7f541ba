import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../domain/errors.ts'
import { describeNode, type GraphNode, isLink, parseGraph } from './graph.ts'

const node = (inputs: Record<string, unknown> = {}) => ({ class_type: 'LoadImage', inputs })

describe('a graph', () => {
  it('is taken as ComfyUI saves it, titles included, everything else dropped', () => {
    const json = {
      '284': { ...node({ image: 'a.png' }), _meta: { title: 'Portrait' }, is_changed: ['x'] },
      '12:5': node({ image: ['284', 0] }),
    }
    expect(parseGraph(json, 'mine')).toEqual({
      '284': { ...node({ image: 'a.png' }), _meta: { title: 'Portrait' } },
      '12:5': node({ image: ['284', 0] }),
    })
  })

  it('in the format of the editor is recognised, and the sentence says what to do', () => {
    const json = { last_node_id: 9, nodes: [{ id: 1 }], links: [], version: 0.4 }
    expect(() => parseGraph(json, 'mine')).toThrow(/"mine".*"Save \(API Format\)"/)
  })

  it.each([
    ['a list', []],
    ['nothing', null],
    ['no node', {}],
    ['a node without a class', { '1': { inputs: {} } }],
    ['a node without inputs', { '1': { class_type: 'LoadImage' } }],
    ['inputs that are a list', { '1': { class_type: 'LoadImage', inputs: [] } }],
    ['a node id named __proto__', JSON.parse('{"__proto__": {"class_type": "A", "inputs": {}}}')],
    [
      'an input named __proto__',
      JSON.parse('{"1": {"class_type": "A", "inputs": {"__proto__": 1}}}'),
    ],
    [
      '__proto__ inside a value',
      JSON.parse('{"1": {"class_type": "A", "inputs": {"a": {"__proto__": {"b": 1}}}}}'),
    ],
    ['an input named constructor', { '1': node({ constructor: 1 }) }],
    ['a line break in a node id', { '1\n2': node() }],
    ['a number that is infinite', { '1': node({ seed: JSON.parse('1e400') }) }],
    ['a picture as text', { '1': node({ image: 'x'.repeat(100_001) }) }],
    [
      'a thousand and one nodes',
      Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [i, node()])),
    ],
    ['50001 values', { '1': node({ list: Array(50_001).fill(0) }) }],
    [
      'a value 100000 deep',
      { '1': node({ list: JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) }) },
    ],
  ])('with %s is refused in one sentence', (_, json) => {
    const thrown = catchError(() => parseGraph(json, 'mine'))
    expect(thrown).toBeInstanceOf(AppError)
    expect(thrown).toMatchObject({
      code: 'workflow_invalid',
      detail: expect.stringMatching(/^The workflow "mine" .{10,200}\.$/),
    })
  })

  it('is either taken or refused with an AppError, whatever JSON comes', () => {
    const nodes = fc.dictionary(
      fc.string(),
      fc.oneof(
        fc.jsonValue(),
        fc.record({ class_type: fc.string(), inputs: fc.dictionary(fc.string(), fc.jsonValue()) }),
      ),
    )
    fc.assert(
      fc.property(fc.oneof(nodes, fc.jsonValue()), (json) => {
        const thrown = catchError(() => parseGraph(json, 'mine'))
        expect(thrown === undefined || thrown instanceof AppError).toBe(true)
      }),
    )
  })
})

describe('a link', () => {
  it('is a node id and the number of an output, nothing else', () => {
    expect(isLink(['12:5', 0])).toBe(true)
    for (const value of [[12, 0], ['12', '0'], ['12', -1], ['12', 0.5], ['12'], '12', null]) {
      expect(isLink(value)).toBe(false)
    }
  })
})

describe('a node in a sentence', () => {
  it('has its id, its class and its title, unless that is the class again', () => {
    const sampler: GraphNode = { class_type: 'KSampler', inputs: {} }
    expect(describeNode('3', { ...sampler, _meta: { title: 'Second pass' } })).toBe(
      'node 3 (KSampler, "Second pass")',
    )
    expect(describeNode('3', { ...sampler, _meta: { title: 'KSampler' } })).toBe(
      'node 3 (KSampler)',
    )
  })
})

function catchError(run: () => unknown): unknown {
  try {
    run()
  } catch (thrown) {
    return thrown
  }
  return undefined
}
