import { describe, expect, it } from 'vitest'
import type { FinishedNode } from '../../domain/job.ts'
import { NodeClock } from './node-clock.ts'

describe('the clock of nodes', () => {
  it('14.29: says each node that took longer than a second, once, the last one at the end', () => {
    const said: FinishedNode[] = []
    let nowMs = 0
    const node = (class_type: string) => ({ class_type, inputs: {} })
    const graph = {
      '1': node('LoadImage'),
      '2': node('WanVideoSampler'),
      '3': node('VHS_VideoCombine'),
    }
    const clock = new NodeClock({ graph, onNode: (one) => said.push(one), nowMs: () => nowMs })
    const hear = (atMs: number, type: string, data: Readonly<Record<string, unknown>>): void => {
      nowMs = atMs
      clock.hear({ type, data })
    }
    hear(0, 'executing', { node: '1' })
    hear(900, 'executing', { node: '2' })
    hear(30_000, 'progress', { node: '2', value: 1, max: 2 })
    hear(40_000, 'executing', { node: '2' })
    hear(50_900, 'executing', { node: '3' })
    hear(53_000, 'execution_error', {})
    hear(60_000, 'executing', { node: null })
    expect(said).toEqual([
      { nodeId: '2', nodeClass: 'WanVideoSampler', durationMs: 50_000 },
      { nodeId: '3', nodeClass: 'VHS_VideoCombine', durationMs: 2100 },
    ])
  })
})
