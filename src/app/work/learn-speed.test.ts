import { describe, expect, it } from 'vitest'
import { sampleEngine } from '../../../test/support/sample-engine.ts'
import { sampleInput, sampleJob } from '../../../test/support/sample-job.ts'
import type { Sha256 } from '../../domain/ids.ts'
import type { Job } from '../../domain/job.ts'
import { windowedSampling } from '../../domain/presets.ts'
import type { LearntSpeed, SpeedKey } from '../ports/speed-store.ts'
import type { Transaction } from '../ports/unit-of-work.ts'
import { learnSpeed } from './learn-speed.ts'

const sha256 = 'a'.repeat(64) as Sha256
const video = { sha256, bytes: 1, width: 64, height: 64, fps: 25, frames: 153, seconds: 6.12 }
const output = { video, poster: null, engine: 'comfyui', seed: 1, warnings: [] }

const windowed = sampleEngine({ name: 'comfyui', samplingOf: windowedSampling, probesInputs: true })

async function learntFrom(overrides: Partial<Job>): Promise<readonly LearntSpeed[]> {
  const learnt: LearntSpeed[] = []
  const speeds = {
    ofEngine: async () => [],
    put: async (_: Transaction, __: SpeedKey, speed: LearntSpeed) => void learnt.push(speed),
  }
  const stageMs = { loading_models: 3000, sampling: 24_000, saving: 1000 }
  const job = sampleJob(1, { engine: 'comfyui', attempt: 1, output, stageMs, ...overrides })
  await learnSpeed({} as Transaction, job, 'http://gpu', {
    speeds,
    engines: new Map([['comfyui', windowed]]),
  })
  return learnt
}

describe('a finished render', () => {
  it('records the time of one step of a window', async () => {
    // Two windows of six steps.
    const times = { beforeSeconds: 3, samplingSeconds: 24, afterSeconds: 1 }
    expect(await learntFrom({})).toEqual([
      {
        ...{ secondsPerUnit: 2, setupSeconds: 4, samples: 1 },
        recent: [{ backend: 'http://gpu', units: 12, ...times }],
      },
    ])
  })

  it('records nothing when it was seen only in part, or its workflow is not a shipped one', async () => {
    expect(await learntFrom({ attempt: 2 })).toEqual([])
    expect(await learntFrom({ input: sampleInput({ workflow: 'mine' }) })).toEqual([])
    expect(await learntFrom({ stageMs: { saving: 1000 } })).toEqual([])
  })
})
