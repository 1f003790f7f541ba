import { describe, expect, it } from 'vitest'
import { reasonToWait, roomFor, type WorkerStatus } from './worker-status.ts'

const worker = (changes: Partial<WorkerStatus> = {}): WorkerStatus => ({
  name: 'gpu-1:1',
  version: '0.1.0',
  engines: [{ name: 'comfyui', detail: null }],
  gpus: [],
  running: 0,
  maxRunning: 2,
  startedAtMs: 0,
  draining: false,
  ...changes,
})
const plain = (engine: string) => ({ engine, need: '' })
const away = worker({ engines: [{ name: 'comfyui', detail: 'ComfyUI does not answer.' }] })
const drained = worker({ draining: true })

describe('the reason why a job waits', () => {
  it('is that no worker has its engine, that all are drained, or what is wrong with them', () => {
    expect(reasonToWait(plain('beam'), [worker()])).toMatch(
      /No running worker has the engine "beam"/,
    )
    expect(reasonToWait(plain('comfyui'), [drained])).toMatch(/drained/)
    expect(reasonToWait(plain('comfyui'), [drained, away])).toBe('ComfyUI does not answer.')
  })

  it('is none while one worker can', () => {
    expect(reasonToWait(plain('comfyui'), [drained, away, worker()])).toBeNull()
  })

  it('is the workflow that no worker has, in the words of one that lacks it', () => {
    const wanted = { engine: 'comfyui', need: 'I2V_window' }
    const having = (lacking: string | null, changes: Partial<WorkerStatus> = {}) => {
      const needs = { I2V_window: lacking, 'image/2': 'It has no graph for two.' }
      return worker({ engines: [{ name: 'comfyui', detail: null, needs }], ...changes })
    }
    const lacking = having('A model is missing.')
    expect(reasonToWait(wanted, [lacking])).toBe(
      'No running worker has the workflow "I2V_window". gpu-1:1: A model is missing.',
    )
    expect(roomFor(wanted, [lacking, having(null)])).toBe(2)
    expect(reasonToWait(wanted, [lacking, having(null)])).toBeNull()
    expect(reasonToWait(wanted, [lacking, having(null, { draining: true })])).toMatch(
      /with the engine "comfyui" and the workflow "I2V_window" is being drained/,
    )
    expect(reasonToWait({ engine: 'comfyui', need: 'image/2' }, [lacking])).toMatch(
      /has a workflow for an image and two speakers\. gpu-1:1: It has no graph for two\./,
    )
    // A worker of the previous version, and a workflow that one does not know.
    expect(reasonToWait(wanted, [worker()])).toBeNull()
    expect(reasonToWait({ engine: 'comfyui', need: 'mine' }, [lacking])).toBe(
      'No running worker has the workflow "mine".',
    )
  })
})

it('the room for an engine is that of the workers that have it and take jobs', () => {
  const preview = worker({ engines: [{ name: 'preview', detail: null }] })
  expect(roomFor(plain('comfyui'), [worker(), worker({ maxRunning: 3 }), drained, preview])).toBe(5)
})
