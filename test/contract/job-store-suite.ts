// Jobs and their events.
import { expect, it } from 'vitest'
import type { Job } from '../../src/domain/job.ts'
import { SAMPLE_TIME_MS, sampleJob } from '../support/sample-job.ts'
import type { OpenStores } from '../support/store-backends.ts'

export function jobStoreSuite(open: OpenStores): void {
  it('give back a job as it was written, every member of it', async () => {
    const { unitOfWork, jobs } = await open()
    const job = sampleJob(1, {
      startedAtMs: SAMPLE_TIME_MS,
      progress: {
        stage: 'sampling',
        fraction: 0.5,
        step: { done: 1, total: 2, unit: 'frames' },
        etaSeconds: 1.25,
      },
      stageMs: { sampling: 12.5 },
      error: { code: 'tool_failed', detail: 'It’s ☠ "over".', pointer: '/audio', node: null },
      remoteRender: { engine: 'comfyui', backend: 'http://gpu:8188', id: 'a-b', seed: 2 ** 53 - 1 },
    })
    await unitOfWork.write((tx) => jobs.insert(tx, job))
    expect(await unitOfWork.read((tx) => jobs.get(tx, job.id))).toEqual(job)
    expect(await unitOfWork.read((tx) => jobs.get(tx, sampleJob(2).id))).toBeNull()
  })

  it('keep nothing of a transaction that throws', async () => {
    const { unitOfWork, jobs } = await open()
    const job = sampleJob(1)
    const failing = unitOfWork.write(async (tx) => {
      await jobs.insert(tx, job)
      throw new Error('on purpose')
    })
    await expect(failing).rejects.toThrow('on purpose')
    expect(await unitOfWork.read((tx) => jobs.get(tx, job.id))).toBeNull()
  })

  it('never let two writers change the same version: the second works on what the first wrote', async () => {
    const { unitOfWork, jobs } = await open()
    const { id } = sampleJob(1)
    await unitOfWork.write((tx) => jobs.insert(tx, sampleJob(1)))
    const addLoss = () =>
      unitOfWork.write(async (tx) => {
        const job = (await jobs.get(tx, id))!
        await jobs.update(tx, { ...job, losses: job.losses + 1, version: job.version + 1 })
      })
    await Promise.all(Array.from({ length: 8 }, addLoss))
    const job = await unitOfWork.read((tx) => jobs.get(tx, id))
    expect(job).toMatchObject({ losses: 8, version: 9 })
  })

  it('list jobs newest first, by status and from a place on', async () => {
    const { unitOfWork, jobs } = await open()
    const all = [1, 2, 3, 4].map((number) =>
      sampleJob(number, number === 2 ? { status: 'failed' } : {}),
    )
    for (const job of all) await unitOfWork.write((tx) => jobs.insert(tx, job))
    const list = async (query: Parameters<typeof jobs.list>[1]): Promise<readonly number[]> => {
      const found = await unitOfWork.read((tx) => jobs.list(tx, query))
      return found.map(({ createdAtMs }) => createdAtMs - SAMPLE_TIME_MS)
    }
    expect(await list({ status: null, before: null, limit: 3 })).toEqual([4, 3, 2])
    expect(await list({ status: null, before: all[1]!.id, limit: 3 })).toEqual([1])
    expect(await list({ status: 'queued', before: null, limit: 9 })).toEqual([4, 3, 1])
  })

  it('count jobs by their state', async () => {
    const { unitOfWork, jobs } = await open()
    const statuses = ['queued', 'succeeded', 'succeeded', 'canceled'] as const
    for (const [index, status] of statuses.entries()) {
      await unitOfWork.write((tx) => jobs.insert(tx, sampleJob(index + 1, { status })))
    }
    const counts = await unitOfWork.read((tx) => jobs.counts(tx))
    expect(counts).toEqual({ queued: 1, running: 0, succeeded: 2, failed: 0, canceled: 1 })
  })

  it('find what is past its time: waiting jobs at once, running ones after the grace', async () => {
    const { unitOfWork, jobs } = await open()
    const due = SAMPLE_TIME_MS + 1000
    const cases: readonly Job[] = [
      sampleJob(1, { startDeadlineMs: due }),
      sampleJob(2, { startDeadlineMs: due, attempt: 1 }),
      sampleJob(3, { deadlineMs: due }),
      sampleJob(4, { deadlineMs: due, status: 'running', attempt: 1 }),
      sampleJob(5, { deadlineMs: due - 500, status: 'running', attempt: 1 }),
      sampleJob(6, { deadlineMs: due, status: 'failed', finishedAtMs: due }),
      sampleJob(7),
    ]
    for (const job of cases) await unitOfWork.write((tx) => jobs.insert(tx, job))
    const overdue = await unitOfWork.read((tx) => jobs.overdue(tx, due, 500, 10))
    const ids = [1, 3, 5].map((number) => sampleJob(number).id)
    expect(overdue.toSorted()).toEqual(ids.toSorted())
  })

  it('tell what has expired, what ended first, and what was buried', async () => {
    const { unitOfWork, jobs } = await open()
    for (const number of [1, 2, 3]) {
      const finishedAtMs = SAMPLE_TIME_MS - number
      const ended = { status: 'failed', finishedAtMs, expiresAtMs: finishedAtMs + 10 } as const
      await unitOfWork.write((tx) => jobs.insert(tx, sampleJob(number, ended)))
    }
    const [third, second] = [sampleJob(3).id, sampleJob(2).id]
    await unitOfWork.write(async (tx) => {
      expect(await jobs.expired(tx, SAMPLE_TIME_MS + 8, 9)).toEqual([third, second])
      expect(await jobs.oldestFinished(tx, 1)).toEqual([third])
      expect(await jobs.delete(tx, third)).toBe(true)
      expect(await jobs.delete(tx, third)).toBe(false)
      await jobs.bury(tx, third, { atMs: 5, why: 'quota', ownerKey: 'key' })
      await jobs.bury(tx, third, { atMs: 5, why: 'quota', ownerKey: 'key' })
      expect(await jobs.burial(tx, third)).toEqual({ atMs: 5, why: 'quota', ownerKey: 'key' })
      expect(await jobs.burial(tx, second)).toBeNull()
      await jobs.forgetBuried(tx, 6)
      expect(await jobs.burial(tx, third)).toBeNull()
    })
  })

  it('number the events of each job on its own, and keep the numbers when progress is dropped', async () => {
    const { unitOfWork, jobs, events } = await open()
    const [one, other] = [sampleJob(1), sampleJob(2)]
    const progress = {
      type: 'progress',
      progress: {
        stage: 'sampling',
        fraction: 0,
        step: { done: 0, total: 0, unit: 'frames' },
        etaSeconds: null,
      },
    } as const
    await unitOfWork.write(async (tx) => {
      for (const job of [one, other]) await jobs.insert(tx, job)
      const append = (jobId: Job['id'], body: Parameters<typeof events.append>[1]['body']) =>
        events.append(tx, { jobId, attempt: 1, atMs: SAMPLE_TIME_MS, body })
      await append(one.id, { type: 'queued' })
      await append(other.id, { type: 'queued' })
      await append(one.id, progress)
      expect((await append(one.id, { type: 'canceled' })).sequence).toBe(3)
    })
    const numbers = async (after: number): Promise<readonly number[]> => {
      const found = await unitOfWork.read((tx) => events.after(tx, one.id, after, 10))
      return found.map(({ sequence }) => sequence)
    }
    expect(await numbers(0)).toEqual([1, 2, 3])
    expect(await numbers(2)).toEqual([3])
    expect(await numbers(1e9)).toEqual([])
    await unitOfWork.write((tx) => events.compact(tx, one.id))
    expect(await numbers(0)).toEqual([1, 3])
    await unitOfWork.write((tx) => events.deleteAll(tx, one.id))
    expect(await numbers(0)).toEqual([])
    expect(await unitOfWork.read((tx) => events.after(tx, other.id, 0, 10))).toHaveLength(1)
  })
}
