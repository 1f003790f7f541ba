import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { resolveBindings } from './bindings.ts'
import { parseBindingsTable } from './bindings-table.ts'
import { type Graph, parseGraph } from './graph.ts'
import { type ProposalRequest, proposeBindings } from './propose-bindings.ts'
import { createTemplate } from './template.ts'

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../workflows/${name}.json`, import.meta.url), 'utf8'))
const TABLE = parseBindingsTable(read('bindings'), 'bindings.json')

const propose = (graph: Graph, chosen: ProposalRequest['chosen'] = new Map()) =>
  proposeBindings({ graph, name: 'mine', chosen })

/** As if the editor had renumbered every node and nobody had titled one. */
function strange(graph: Graph): { readonly graph: Graph; idOf(id: string): string } {
  const ids = Object.keys(graph)
  const idOf = (id: string): string => String(1000 - ids.indexOf(id))
  const text = JSON.stringify(
    Object.entries(graph).map(([id, { class_type, inputs }]) => [idOf(id), { class_type, inputs }]),
    (_key, value: unknown) =>
      Array.isArray(value) &&
      value.length === 2 &&
      ids.includes(value[0]) &&
      Number.isInteger(value[1])
        ? [idOf(String(value[0])), value[1]]
        : value,
  )
  return { graph: parseGraph(Object.fromEntries(JSON.parse(text)), 'strange'), idOf }
}

describe('bindings that are found out', () => {
  it.each(['I2V_single', 'I2V_multi', 'V2V_single', 'V2V_multi'])(
    '14.31: are, of %s renumbered and without titles, those that are shipped',
    (name) => {
      const shipped = resolveBindings(TABLE.get(name), parseGraph(read(name), name), name)
      const { graph, idOf } = strange(parseGraph(read(name), name))
      const { bindings, open } = propose(graph)
      expect(open).toEqual([])
      const found = createTemplate(name, graph, bindings)
      expect(found.outputNode).toBe(idOf(shipped.outputNode))
      // Nodes do not show that nothing changes the frames behind them: only its author binds this one.
      const shown = [...shipped.bindings].filter(([parameter]) => parameter !== 'frames_folder')
      const wanted = shown.map(([parameter, targets]) => [
        parameter,
        targets.map(({ nodeId, input }) => `${idOf(nodeId)}.${input}`),
      ])
      const got = [...found.bindings].map(([parameter, targets]) => [
        parameter,
        targets.map(({ nodeId, input }) => `${nodeId}.${input}`).toSorted(),
      ])
      expect(Object.fromEntries(got)).toEqual(
        Object.fromEntries(wanted.map(([name, targets]) => [name, [...targets!].toSorted()])),
      )
    },
  )

  it('14.31: name a node by its title where that finds it again', () => {
    const { parameters, output } = propose(parseGraph(read('I2V_multi'), 'mine')).bindings
    expect(parameters.mask_2).toEqual({
      node: '402',
      class: 'LoadImageMask',
      title: 'Second speaker',
      input: 'image',
    })
    expect(output).toMatchObject({ node: '131', class: 'VHS_VideoCombine' })
  })

  const shipped = parseGraph(read('I2V_single'), 'I2V_single')

  it('14.31: say what may be either of two nodes, and take what was chosen', () => {
    const graph: Graph = {
      ...shipped,
      '900': {
        class_type: 'WanVideoLoraSelect',
        inputs: { lora: 'b', strength: 0.5, prev_lora: ['138', 0] },
      },
      '122': { ...shipped['122']!, inputs: { ...shipped['122']!.inputs, lora: ['900', 0] } },
    }
    const { bindings, open } = propose(graph)
    expect(bindings.parameters.lora_strength).toBeUndefined()
    expect(open).toEqual([
      expect.stringMatching(
        /^lora_strength may be node 138 .* or node 900 .*--set lora_strength=138\.$/,
      ),
    ])
    const chosen = propose(graph, new Map([['lora_strength', { node: '900', input: null }]]))
    expect(chosen.open).toEqual([])
    expect(chosen.bindings.parameters.lora_strength).toMatchObject({
      node: '900',
      input: 'strength',
    })
  })

  it('14.31: say that nothing saves a video, or which of several nodes it may be', () => {
    const { '131': output, ...rest } = shipped
    expect(() => propose(rest)).toThrow('has no node that saves a video')
    const second = { ...output!, inputs: { ...output!.inputs } }
    expect(() => propose({ ...shipped, '999': second })).toThrow(
      /several nodes .*node 131.*node 999.*--set output=ID/,
    )
    expect(() => propose(shipped, new Map([['output', { node: '7', input: null }]]))).toThrow(
      'has no node "7"',
    )
  })

  it('14.31: leave out a node that nothing of the video depends on', () => {
    const dangling = { class_type: 'LoadImage', inputs: { image: 'x.png' } }
    const { bindings } = propose({ ...shipped, '1': dangling })
    expect(bindings.parameters.image).toMatchObject({ node: '284' })
  })
})
