// The first step of every attempt: which worker claims which job, and when.
import { describe, expect, it } from 'vitest'
import type { HubPorts } from '../../src/app/hub-ports.ts'
import { changeJob } from '../../src/app/jobs/change-job.ts'
import type { Renderer } from '../../src/app/ports/renderer.ts'
import { claimJob } from '../../src/app/work/claim-job.ts'
import { backoffMs } from '../../src/domain/backoff.ts'
import { AppError } from '../../src/domain/errors.ts'
import { BODY, createHubBench, signal } from '../support/hub-bench.ts'
import { ScriptedRenderer } from '../support/scripted-renderer.ts'

describe('a claim', () => {
  it('14 claim-job: takes a job that was put back although its start_within_s is over by then', async () => {
    const { submit, ports } = await benchWithClock()
    const { job } = await submit({ ...BODY, start_within_s: 60 })
    expect((await claimJob({ workerId: 'first', abilities: null }, ports))?.job.id).toBe(job.id)
    await changeJob(job.id, { event: { type: 'put-back', attempt: 1 } }, ports)
    ports.time.ms += 600_000
    const again = await claimJob({ workerId: 'second', abilities: null }, ports)
    expect(again?.job).toMatchObject({ id: job.id, status: 'running', attempt: 2 })
  })

  it('14 claim-job: clears up 20 entries without a job, and leaves the rest to the next turn', async () => {
    const { submit, ports } = await benchWithClock()
    const { unitOfWork, jobs, dispatch } = ports
    for (let count = 0; count < 25; count += 1) {
      const { job } = await submit()
      await unitOfWork.write((tx) => jobs.delete(tx, job.id))
    }
    const { job } = await submit()
    const waiting = async () => (await unitOfWork.read((tx) => dispatch.figures(tx))).waiting
    expect(await waiting()).toBe(26)
    expect(await claimJob({ workerId: 'worker', abilities: null }, ports)).toBeNull()
    expect(await waiting()).toBe(6)
    expect((await claimJob({ workerId: 'worker', abilities: null }, ports))?.job.id).toBe(job.id)
  })

  it('14 change-job: takes a job whose render crashed no sooner than its delay is over', async () => {
    const { submit, ports } = await benchWithClock()
    const { job } = await submit()
    await claimJob({ workerId: 'first', abilities: null }, ports)
    const event = { type: 'render-crashed', attempt: 1, maxCrashes: 9 } as const
    await changeJob(job.id, { event, edits: { delayMs: 5000 } }, ports)
    expect(await claimJob({ workerId: 'early', abilities: null }, ports)).toBeNull()
    ports.time.ms += 4999
    expect(await claimJob({ workerId: 'early', abilities: null }, ports)).toBeNull()
    ports.time.ms += 1
    expect((await claimJob({ workerId: 'in time', abilities: null }, ports))?.job).toMatchObject({
      id: job.id,
      attempt: 2,
    })
  })
})

describe('a render', () => {
  it('14 change-job: that crashed waits before it begins again', async () => {
    const { submit, renderer, ended, ports } = await createHubBench()
    const { job } = await submit()
    ;(await renderer.next()).fail(new AppError('engine_crashed', 'The render process died.'))
    ;(await renderer.next()).succeed()
    await ended(job.id)
    const events = await ports.unitOfWork.read((tx) => ports.events.after(tx, job.id, 0, 99))
    const timeOf = (type: string, attempt: number): number =>
      events.find((event) => event.body.type === type && event.attempt === attempt)!.atMs
    const waitedMs = timeOf('started', 2) - timeOf('requeued', 1)
    expect(waitedMs).toBeGreaterThanOrEqual(backoffMs(1, 0))
  })

  it('14 run-job: whose bytes changed between their check and their storage fails the job, and nothing of it is kept', async () => {
    const scripted = new ScriptedRenderer()
    scripted.immediately = true
    const renderer: Renderer = {
      render: async (request) => ({
        ...(await scripted.render(request)),
        sha256: '0'.repeat(64),
      }),
    }
    const { submit, ended, ports } = await createHubBench({ renderer })
    const { job } = await submit()
    const view = await ended(job.id)
    expect(view.job).toMatchObject({ status: 'failed', error: { code: 'output_invalid' } })
    // An attempt ends when its hold is released.
    await until(async () => {
      const holds = await ports.unitOfWork.read((tx) => ports.references.holders(tx, 'hold'))
      return holds.length === 0
    })
    const { files } = await ports.blobs.usage(signal)
    expect(files, 'the picture and the voice').toBe(2)
  })
})

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((turn) => setImmediate(turn))
}

/** A hub without a worker, and a clock, half a minute ahead, that only the test moves. */
async function benchWithClock() {
  const { submit, ports } = await createHubBench({ works: false })
  const time = { ms: Date.now() + 30_000 }
  const clock = { ...ports.clock, epochMs: () => time.ms }
  return { submit, ports: { ...ports, clock, time } satisfies HubPorts & { time: object } }
}
