// Keys share the renders of a whole hub: a flood of one does not delay the first job of another.
import { describe, expect, it } from 'vitest'
import { createHubBench, SUBMIT } from '../support/hub-bench.ts'

describe('a hub with a flood of one key', () => {
  it('renders the first job of another key after the job that runs', async () => {
    const { submit, renderer, hub } = await createHubBench()
    const flood = { caller: { ownerKey: 'flood', isAdmin: false } }
    const { job: running } = await submit(undefined, flood)
    for (let count = 0; count < 30; count += 1) await submit(undefined, flood)
    const first = await renderer.next()
    expect(first.request.jobId).toBe(running.id)
    const { job } = await submit(undefined, {
      ...SUBMIT,
      caller: { ownerKey: 'late', isAdmin: false },
    })
    expect((await hub.jobs.get(job.id)).queuePosition).toBe(1)
    first.succeed()
    const second = await renderer.next()
    expect(second.request.jobId).toBe(job.id)
  })
})
