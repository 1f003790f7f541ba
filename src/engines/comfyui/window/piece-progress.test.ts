import { describe, expect, it } from 'vitest'
import type { RenderProgress } from '../../../app/ports/engine.ts'
import { pieceRanges, planPiece } from '../../../domain/window-steps.ts'
import { PieceProgress } from './piece-progress.ts'

const STEPS_PER_WINDOW = 4

/** Two pieces of two whole windows each: 81 + 72 and 72 + 72 frames. */
function twoPieces(done: readonly [number, number], machines = 2) {
  const windowing = { windowFrames: 81, motionFrames: 9 }
  const reports: RenderProgress[] = []
  const pieces = pieceRanges(297, [153]).map((range, index) => {
    return { steps: planPiece(range, windowing, []).steps, done: done[index]! }
  })
  const progress = new PieceProgress(pieces, STEPS_PER_WINDOW, machines, (one) => reports.push(one))
  const sampled = (done: number, left: number, number: number): RenderProgress => {
    return { stage: 'sampling', done, total: 8, left, window: { number, count: 2 } }
  }
  return { progress, sampled, reports }
}

describe('the progress of pieces', () => {
  it('adds up their steps, and lasts as long as the longest of them', () => {
    const { progress, sampled, reports } = twoPieces([0, 0])
    progress.hear(0, { stage: 'loading_models', done: 0, total: 0 })
    progress.hear(0, sampled(5, 3, 2))
    progress.hear(1, { stage: 'loading_models', done: 0, total: 0 })
    progress.hear(1, sampled(2, 6, 1))
    progress.end(0, 2)
    expect(reports).toEqual([
      { stage: 'loading_models', done: 0, total: 0 },
      { stage: 'sampling', done: 5, total: 16, left: 8, window: { number: 2, count: 4 } },
      { stage: 'sampling', done: 7, total: 16, left: 6, window: { number: 2, count: 4 } },
      { stage: 'sampling', done: 10, total: 16, left: 6, window: { number: 3, count: 4 } },
    ])
  })

  it('counts the windows that are there, and pieces that wait for a machine', () => {
    const { progress, sampled, reports } = twoPieces([1, 0], 1)
    progress.hear(0, sampled(6, 2, 2))
    expect(reports).toEqual([
      { stage: 'sampling', done: 6, total: 16, left: 10, window: { number: 2, count: 4 } },
    ])
  })

  it('has more windows when memory ran out and those of a piece became shorter', () => {
    const { progress, reports } = twoPieces([1, 0])
    const window = { number: 2, count: 4 }
    progress.hear(0, { stage: 'sampling', done: 5, total: 16, left: 5, window })
    progress.end(0, 4)
    expect(reports).toEqual([
      { stage: 'sampling', done: 5, total: 24, left: 8, window: { number: 2, count: 6 } },
      { stage: 'sampling', done: 16, total: 24, left: 8, window: { number: 5, count: 6 } },
    ])
  })
})
