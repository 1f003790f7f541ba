// The engine on RunPod, which has no list of jobs, no push and no storage for inputs: the differences. Runs against a stand-in.
import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/domain/errors.ts'
import { openRunpod, runpodBench, VIDEO } from './cloud-render.ts'

const LONG = [['IN_PROGRESS', 20]] as const

describe('a render on RunPod', () => {
  it('goes in the envelope, and its video comes as base64', async () => {
    const api = await openRunpod()
    const bench = await runpodBench(api)
    expect((await bench.render()).equals(VIDEO)).toBe(true)
    expect(api.jobs[0]?.body).toMatchObject({ person_count: 'single', width: 64 })
    expect(bench.progress.map(({ stage }) => stage)).toContain('sampling')
  })

  it.each([
    [LONG, 'FAILED', 'engine_failed', /no kernel image/],
    [LONG, 'TIMED_OUT', 'job_timeout', /longer/],
    [[], 'TIMED_OUT', 'start_deadline_passed', /expired/],
    [LONG, 'CANCELLED', 'engine_interrupted', /Someone else/],
  ] as const)('%j tells the end %s as %s', async (script, status, code, sentence) => {
    const api = await openRunpod({ script })
    const refused = (await runpodBench(api)).refused(code)
    await expect
      .poll(() => api.jobs[0]?.status)
      .toBe(script.length === 0 ? 'IN_QUEUE' : script[0][0])
    const error_message = 'Traceback\nRuntimeError: no kernel image'
    api.end(api.jobs[0]!, status, JSON.stringify({ error_message, error_type: 'RuntimeError' }))
    expect((await refused).detail).toMatch(sentence)
  })

  it('waits while it takes no more jobs', async () => {
    const api = await openRunpod({ faults: { tooMany: 2 } })
    await (await runpodBench(api)).render()
    expect(api.jobs).toHaveLength(1)
  })

  it('is never sent twice when the answer was lost, in this life of the hub or the next', async () => {
    const api = await openRunpod({ faults: { answersLost: 1 } })
    const bench = await runpodBench(api)
    const { detail } = await bench.refused('engine_unreachable')
    expect(detail).toContain('not sent a second time')
    await bench.refused('engine_unreachable', { found: bench.notes.at(-1) })
    expect(api.jobs).toHaveLength(1)
  })

  it('refuses what is larger than 10 MB before anything is sent', async () => {
    const api = await openRunpod()
    await (await runpodBench(api)).refused('input_too_large', { voiceBytes: 8_000_000 })
    expect(api.jobs).toHaveLength(0)
  })

  it('is canceled there when it is canceled here', async () => {
    const api = await openRunpod({ script: LONG })
    const job = new AbortController()
    const refused = (await runpodBench(api)).refused('canceled', { signal: job.signal })
    await expect.poll(() => api.jobs[0]?.status).toBe('IN_PROGRESS')
    job.abort(new AppError('canceled', 'The job was canceled.'))
    await refused
    expect(api.jobs[0]?.status).toBe('CANCELLED')
  })
})
