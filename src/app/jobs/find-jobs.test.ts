import { describe, expect, it } from 'vitest'
import { createHubBench } from '../../../test/support/hub-bench.ts'
import { sampleInput, sampleJob } from '../../../test/support/sample-job.ts'
import type { Job } from '../../domain/job.ts'
import { findJobs } from './find-jobs.ts'

const ALL = { status: null, before: null, limit: 5 }

async function benchWith(jobs: readonly Job[]) {
  const { ports } = await createHubBench({ works: false })
  await ports.unitOfWork.write(async (tx) => {
    for (const job of jobs) await ports.jobs.insert(tx, job)
  })
  return ports
}

describe('a search among jobs', () => {
  it('searches prompts, metadata and ids, ignoring case and Unicode form', async () => {
    const jobs = [
      sampleJob(1, { input: sampleInput({ prompts: ['A Straße in Köln'] }) }),
      sampleJob(2, { input: sampleInput({ metadata: { scene: 'Ｋöln' } }) }),
      sampleJob(3, { input: sampleInput({ prompts: ['100 %'] }) }),
    ]
    const ports = await benchWith(jobs)
    const idsOf = async (search: string) =>
      (await findJobs({ ...ALL, search }, ports)).jobs.map(({ id }) => id)
    const [first, second, third] = jobs.map(({ id }) => id)
    expect(await idsOf('KÖLN')).toEqual([second, first])
    expect(await idsOf('%')).toEqual([third])
    expect(await idsOf(first!.slice(-9))).toEqual([first])
    expect(await idsOf('_')).toHaveLength(3)
    expect(await idsOf('nowhere')).toEqual([])
  })

  it('reads a thousand jobs for a page, then returns a cursor', async () => {
    const needle = { input: sampleInput({ prompts: ['the needle'] }) }
    const jobs = Array.from({ length: 1030 }, (_, at) => sampleJob(at + 1, at === 0 ? needle : {}))
    const ports = await benchWith(jobs)
    const first = await findJobs({ ...ALL, search: 'needle' }, ports)
    expect(first).toEqual({ jobs: [], next: jobs[30]?.id })
    const second = await findJobs({ ...ALL, search: 'needle', before: first.next }, ports)
    expect(second).toMatchObject({ jobs: [{ id: jobs[0]?.id }], next: null })
  })

  it('returns every match once, over pages', async () => {
    const jobs = Array.from({ length: 9 }, (_, at) =>
      sampleJob(at + 1, { input: sampleInput({ prompts: [at % 2 === 0 ? 'even' : 'odd'] }) }),
    )
    const ports = await benchWith(jobs)
    const seen: string[] = []
    let before: Job['id'] | null = null
    do {
      const page = await findJobs({ ...ALL, search: 'even', limit: 2, before }, ports)
      seen.push(...page.jobs.map(({ id }) => id))
      before = page.next
    } while (before !== null)
    expect(seen).toEqual([9, 7, 5, 3, 1].map((number) => jobs[number - 1]?.id))
  })
})
