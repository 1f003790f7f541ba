import { describe, expect, it } from 'vitest'
import type { BackendView, Hub } from '../hub.ts'
import { hubFor } from './hub-for.ts'

function backend(id: string | null): BackendView {
  return {
    engine: 'comfyui',
    name: `http://gpu-${id}`,
    state: id === null ? 'ready' : 'busy',
    detail: null,
    job: id === null ? null : { id, sinceMs: 1 },
    ...{ served: 0, failures: 0, failuresInRow: 0, leftOutUntilMs: null },
    ...{ lastSuccessMs: null, lastFailure: null, workflow: null, version: null, gpu: null },
  }
}

const backends = [backend('job_a'), backend('job_b'), backend(null)]
const hub = {
  jobs: { ownerOf: async (id: string) => (id === 'job_a' ? 'one' : 'other') },
  files: {},
  batches: {},
  webhooks: {},
  status: { backends: async () => backends },
} as unknown as Hub

describe('the backends of a hub', () => {
  it('name no job of another key', async () => {
    const seen = await hubFor({ ownerKey: 'one', isAdmin: false }, hub).status.backends()
    expect(seen.map(({ state, job }) => [state, job?.id])).toEqual([
      ['busy', 'job_a'],
      ['busy', null],
      ['ready', undefined],
    ])
  })

  it('name all jobs to an admin', async () => {
    const seen = await hubFor({ ownerKey: 'me', isAdmin: true }, hub).status.backends()
    expect(seen).toEqual(backends)
  })
})
