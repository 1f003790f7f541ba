import { describe, expect, it } from 'vitest'
import { sampleJob } from '../../../test/support/sample-job.ts'
import { LeaseWatch } from './lease-watch.ts'

const lease = (beat: number, token = 'a') => ({
  jobId: sampleJob(1).id,
  workerId: 'w',
  token,
  beat,
})

describe('fault 108: a lease', () => {
  it('is lost once no heartbeat came for its length, and no earlier', () => {
    const watch = new LeaseWatch(15_000)
    expect(watch.look([lease(0)], 0)).toEqual([])
    expect(watch.look([lease(0)], 14_999)).toEqual([])
    expect(watch.look([lease(0)], 15_000)).toEqual([lease(0)])
  })

  it('starts again with each heartbeat', () => {
    const watch = new LeaseWatch(15_000)
    watch.look([lease(0)], 0)
    expect(watch.look([lease(1)], 14_000)).toEqual([])
    expect(watch.look([lease(1)], 28_999)).toEqual([])
    expect(watch.look([lease(1)], 29_000)).toHaveLength(1)
  })

  it('of another delivery of the same job counts separately', () => {
    const watch = new LeaseWatch(15_000)
    watch.look([lease(0, 'a')], 0)
    expect(watch.look([lease(0, 'b')], 20_000)).toEqual([])
  })
})
