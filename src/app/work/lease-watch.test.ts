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
  it('is lost when nothing was heard for its length, and not a moment before', () => {
    const watch = new LeaseWatch(15_000)
    expect(watch.look([lease(0)], 0)).toEqual([])
    expect(watch.look([lease(0)], 14_999)).toEqual([])
    expect(watch.look([lease(0)], 15_000)).toEqual([lease(0)])
  })

  it('begins anew with each beat', () => {
    const watch = new LeaseWatch(15_000)
    watch.look([lease(0)], 0)
    expect(watch.look([lease(1)], 14_000)).toEqual([])
    expect(watch.look([lease(1)], 28_999)).toEqual([])
    expect(watch.look([lease(1)], 29_000)).toHaveLength(1)
  })

  it('of another delivery of the same job is another lease', () => {
    const watch = new LeaseWatch(15_000)
    watch.look([lease(0, 'a')], 0)
    expect(watch.look([lease(0, 'b')], 20_000)).toEqual([])
  })
})
