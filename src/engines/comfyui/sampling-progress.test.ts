import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RenderProgress } from '../../app/ports/engine.ts'
import type { Graph } from '../../workflow/graph.ts'
import { SamplingProgress, type SamplingShape } from './sampling-progress.ts'

interface Recording extends SamplingShape {
  readonly messages: readonly (readonly [string, Readonly<Record<string, unknown>>])[]
}

const path = new URL('../../../test/fixtures/comfyui/progress.json', import.meta.url)
const RECORDINGS = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, Recording>>

function told(recording: Recording): readonly RenderProgress[] {
  const progress = new SamplingProgress(recording)
  return recording.messages.flatMap(([type, data]) => progress.hear({ type, data }) ?? [])
}

const steps = (reports: readonly RenderProgress[]) =>
  reports
    .filter(({ stage, done }) => stage === 'sampling' && done > 0)
    .map(
      ({ done, total, window }) => `${done}/${total} of window ${window?.number}/${window?.count}`,
    )

describe('progress that was recorded', () => {
  it('counts the steps of the whole video', () => {
    const expected = [
      '1/4 of window 1/2',
      '2/4 of window 1/2',
      '3/4 of window 2/2',
      '4/4 of window 2/2',
    ]
    expect(steps(told(RECORDINGS['two windows']!))).toEqual(expected)
    expect(steps(told(RECORDINGS['two windows of 0.3.64']!))).toEqual(expected)
  })

  it('reaches its end although ComfyUI expects one window more', () => {
    const reports = told(RECORDINGS['an estimate one window too high']!)
    expect(steps(reports).at(-1)).toBe('4/4 of window 2/2')
  })

  it('stays with the sampling while weights are loaded again for each window', () => {
    const recording = RECORDINGS['weights loaded for each window']!
    const reports = told(recording)
    expect(steps(reports)).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map((step) => `${step}/8 of window ${Math.ceil(step / 2)}/4`),
    )
    const stages = reports.map(({ stage }) => stage)
    expect(stages.lastIndexOf('loading_models')).toBeLessThan(stages.indexOf('sampling'))
  })

  it('counts only the steps that a video goes through', () => {
    expect(steps(told(RECORDINGS['a video from its third step on']!))).toEqual([
      '1/2 of window 1/1',
      '2/2 of window 1/1',
    ])
  })

  it.each(Object.entries(RECORDINGS))('goes through all stages in order: %s', (_, recording) => {
    const reports = told(recording)
    const stages = [...new Set(reports.map(({ stage }) => stage))]
    expect(stages.slice(0, 2).toSorted()).toEqual(['analysing', 'loading_models'])
    expect(stages.slice(2)).toEqual(['sampling', 'decoding'])
  })

  it.each(Object.entries(RECORDINGS))(
    '14.28: samples from the end of the weights, while the first window is encoded: %s',
    (_, recording) => {
      const progress = new SamplingProgress(recording)
      const atTheEnd = recording.messages.flatMap(([type, data]) => {
        const report = progress.hear({ type, data })
        return data.value === 1233 && data.node === '128' && report !== null ? [report] : []
      })
      expect(atTheEnd[0]).toMatchObject({ stage: 'sampling', done: 0, window: { number: 1 } })
    },
  )
})

describe('progress', () => {
  const shape = RECORDINGS['two windows']!

  it('is right when the first message of a bar is not its first step', () => {
    const progress = new SamplingProgress(shape)
    expect(progress.hear(bar('128', 3, 4))).toMatchObject({
      done: 3,
      window: { number: 2, count: 2 },
    })
  })

  it('takes the steps from the graph where the graph says them', () => {
    const progress = new SamplingProgress({ ...shape, stepsPerWindow: 7 })
    expect(progress.hear(bar('128', 2, 4))).toMatchObject({ done: 2, total: 4 })
  })

  it('14.28: is not at the weights any more once a node has loaded its own', () => {
    const progress = new SamplingProgress(shape)
    progress.hear(bar('122', 40, 80))
    expect(progress.current).toEqual({ stage: 'loading_models', done: 40, total: 80 })
    progress.hear(bar('122', 80, 80))
    expect(progress.current).toEqual({ stage: 'analysing', done: 0, total: 0 })
  })

  it('begins when the queue says that it does, once', () => {
    const progress = new SamplingProgress(shape)
    expect(progress.begin()).toEqual({ stage: 'loading_models', done: 0, total: 0 })
    expect(progress.begin()).toBeNull()
  })

  it('of a graph without a sampler that is known counts its nodes', () => {
    const node = (inputs: Graph[string]['inputs']) => ({ class_type: 'Any', inputs })
    const graph: Graph = { a: node({}), b: node({ in: ['a', 0] }), c: node({ in: ['b', 0] }) }
    const progress = new SamplingProgress({ graph, windows: 1, stepsPerWindow: 6 })
    const reports = [
      progress.hear({ type: 'execution_cached', data: { nodes: ['a'] } }),
      progress.hear({ type: 'executing', data: { node: 'b' } }),
      progress.hear({ type: 'executing', data: { node: 'c' } }),
      progress.hear({ type: 'executed', data: { node: 'c', output: null } }),
    ]
    expect(reports.map((report) => report?.done)).toEqual([1, undefined, 2, 3])
    expect(progress.current).toEqual({ stage: 'sampling', done: 3, total: 3 })
  })

  it('never runs backwards and never throws, whatever is said', () => {
    const nodes = fc.constantFrom('128', '130', '131', '194', '122', '999', '__proto__')
    const number = fc.oneof(fc.integer({ min: -1, max: 10 }), fc.constantFrom(1233, 0, 4, 6))
    const message = fc.oneof(
      fc.record({
        type: fc.constant('progress'),
        data: fc.record({ node: nodes, value: number, max: number }),
      }),
      fc.record({
        type: fc.constantFrom('executing', 'executed', 'execution_cached', 'progress', 'status'),
        data: fc.oneof(
          fc.record({ node: nodes }),
          fc.dictionary(fc.constantFrom('node', 'nodes', 'value', 'max'), fc.jsonValue()),
        ),
      }),
    )
    const order = ['waiting', 'loading_models', 'analysing', 'sampling', 'decoding']
    fc.assert(
      fc.property(fc.array(message, { maxLength: 60 }), (messages) => {
        const progress = new SamplingProgress(shape)
        let last: RenderProgress = progress.current
        for (const heard of messages) {
          const next = progress.hear(heard)
          if (next === null) continue
          const fallsBack = order.indexOf(next.stage) < order.indexOf(last.stage)
          expect(fallsBack && last.stage !== 'analysing').toBe(false)
          if (next.stage === 'sampling' && last.stage === 'sampling') {
            expect(next.done).toBeGreaterThan(last.done)
          }
          expect(next.done).toBeLessThanOrEqual(next.total)
          last = next
        }
      }),
    )
  })
})

function bar(node: string, value: number, max: number) {
  return { type: 'progress', data: { node, value, max } }
}
