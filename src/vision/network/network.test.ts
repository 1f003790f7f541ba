import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { evaluateNaively } from '../../../test/support/naive-graph.ts'
import { MODEL_FOLDER } from '../model-files.ts'
import { type GraphModel, loadGraphModel } from './graph-model.ts'
import { planNetwork } from './network.ts'

const FOLDER = fileURLToPath(MODEL_FOLDER)

const NETWORKS = [
  { name: 'blazeface', side: 128, outputs: ['Identity', 'Identity_1', 'Identity_2', 'Identity_3'] },
  { name: 'facemesh', side: 192, outputs: ['Identity_2', 'Identity_1'] },
]

it.each(NETWORKS)('$name computes what its graph defines, run after run', async (network) => {
  const { name, side, outputs } = network
  const model = await loadGraphModel(join(FOLDER, name))
  const shape = { height: side, width: side, channels: 3 }
  const planned = planNetwork(model, shape, outputs)
  planned.input.fill(0.5)
  planned.run() // leaves the arrays dirty
  planned.input.set(planned.input.map((_, i) => 0.5 + 0.5 * Math.sin(i * 0.7)))
  planned.run()

  const input = { shape, data: planned.input }
  for (const [index, expected] of evaluateNaively(model, input, outputs).entries()) {
    const actual = planned.outputs[index]!
    expect(actual).toHaveLength(expected.length)
    const largest = expected.reduce((max, value) => Math.max(max, Math.abs(value)), 1)
    const worst = actual.reduce((max, v, i) => Math.max(max, Math.abs(v - expected[i]!)), 0)
    expect(worst / largest).toBeLessThan(1e-5)
  }
})

it('an unknown operation is an error that names it', async () => {
  const model = await loadGraphModel(join(FOLDER, 'facemesh'))
  const nodes = [...model.nodes].map(([name, node]) => {
    const changed = node.op === 'Sigmoid' ? { ...node, op: 'Tanh' } : node
    return [name, changed] as const
  })
  const strange: GraphModel = { ...model, nodes: new Map(nodes) }
  const shape = { height: 192, width: 192, channels: 3 }
  expect(() => planNetwork(strange, shape, ['Identity_1'])).toThrow(/uses Tanh/)
  expect(() => planNetwork(strange, shape, ['Identity_2'])).not.toThrow()
})

it('rejects a truncated model file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'graph-model-'))
  try {
    const weights = await readFile(join(FOLDER, 'facemesh.bin'))
    await writeFile(join(folder, 'cut.json'), await readFile(join(FOLDER, 'facemesh.json')))
    await writeFile(join(folder, 'cut.bin'), weights.subarray(0, weights.length - 1))
    await expect(loadGraphModel(join(folder, 'cut'))).rejects.toThrow(/incomplete/)
  } finally {
    await rm(folder, { recursive: true })
  }
})
