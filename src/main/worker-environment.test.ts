import { describe, expect, it } from 'vitest'
import { loadConfig } from '../config/load-config.ts'
import { cloudServices } from './compose-clouds.ts'
import { workerEnvironment } from './worker-environment.ts'

describe('a worker of Beam or RunPod', () => {
  it('hands its renders to no queue, though the variables of one are in its container', () => {
    const env = {
      BEAM_TOKEN: 'token',
      BEAM_QUEUE: 'talk',
      RUNPOD_API_KEY: 'key',
      RUNPOD_ENDPOINT_ID: 'abc123',
    }
    expect(cloudServices(loadConfig({ env }))).toHaveLength(2)
    expect(cloudServices(loadConfig({ env: workerEnvironment(env) }))).toEqual([])
  })

  it('keeps what it rendered for an hour, unless it is told otherwise', () => {
    const kept = (env: NodeJS.ProcessEnv): number =>
      loadConfig({ env: workerEnvironment(env) }).limits.retentionMs
    expect(kept({})).toBe(3_600_000)
    expect(kept({ INFINITETALK_LIMIT_RETENTION_MS: '1440min' })).toBe(86_400_000)
  })
})
