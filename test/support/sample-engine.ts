// An engine that a test describes as far as it matters there. It renders nothing: the test brings its own renderer.
import type { Engine } from '../../src/app/ports/engine.ts'
import { EVERYTHING } from '../../src/domain/capabilities.ts'

export function sampleEngine(overrides: Partial<Engine> = {}): Engine {
  return {
    name: 'noop',
    capabilities: EVERYTHING,
    runsIn: 'hub',
    samplingUnit: 'frames',
    samplingOf: () => null,
    probesInputs: false,
    isPredictable: false,
    health: async () => null,
    generate: () => Promise.reject(new Error('A sample engine renders nothing.')),
    ...overrides,
  }
}
