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
const away = worker({ engines: [{ name: 'comfyui', detail: 'ComfyUI does not answer.' }] })
const drained = worker({ draining: true })

describe('the reason why a job waits', () => {
  it('is that no worker has its engine, that all are drained, or what is wrong with them', () => {
    expect(reasonToWait('beam', [worker()])).toMatch(/No running worker has the engine "beam"/)
    expect(reasonToWait('comfyui', [drained])).toMatch(/drained/)
    expect(reasonToWait('comfyui', [drained, away])).toBe('ComfyUI does not answer.')
  })

  it('is none while one worker can', () => {
    expect(reasonToWait('comfyui', [drained, away, worker()])).toBeNull()
  })
})

it('the room for an engine is that of the workers that have it and take jobs', () => {
  const preview = worker({ engines: [{ name: 'preview', detail: null }] })
  expect(roomFor('comfyui', [worker(), worker({ maxRunning: 3 }), drained, preview])).toBe(5)
})
