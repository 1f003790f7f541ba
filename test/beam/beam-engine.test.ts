// The engine on Beam: its requests, its reading of each state, and that a paid render is neither lost nor made twice. Runs against
// a stand-in of the gateway.
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { AppError } from '../../src/domain/errors.ts'
import type { RemoteRender } from '../../src/domain/job.ts'
import { beamBench, openBeam, VIDEO } from './cloud-render.ts'

const LONG = [['RUNNING', 20]] as const

describe('a render on Beam', () => {
  it('sends the simple form and what was chosen, and brings the video', async () => {
    const gateway = await openBeam()
    const bench = await beamBench(gateway)
    const video = await bench.render({ members: { prompt: 'She sings', steps: 8, seed: 7 } })
    expect(video.equals(VIDEO)).toBe(true)
    expect(gateway.tasks.map(({ body }) => body)).toEqual([
      {
        input_type: 'image',
        person_count: 'single',
        image_base64: Buffer.from('a picture').toString('base64'),
        wav_base64: Buffer.alloc(4).toString('base64'),
        width: 64,
        height: 64,
        seed: 7,
        prompt: 'She sings',
        force_offload: true,
        steps: 8,
      },
    ])
    expect(bench.progress.map(({ stage }) => stage)).toContain('sampling')
    expect(bench.progress.at(-1)?.stage).toBe('saving')
  })

  it.each([
    ['ERROR', 'engine_failed', /CUDA/],
    ['TIMEOUT', 'job_timeout', /longer than the queue allows/],
    ['EXPIRED', 'start_deadline_passed', /expired in the queue/],
    ['CANCELLED', 'engine_interrupted', /Someone else canceled/],
  ] as const)('tells the end %s as %s', async (status, code, sentence) => {
    const gateway = await openBeam({ script: [] })
    const bench = await beamBench(gateway)
    const refused = bench.refused(code)
    await expect.poll(() => gateway.tasks.length).toBe(1)
    const [task] = gateway.tasks
    Object.assign(task!, { reason: 'Traceback\n  CUDA error: no device' })
    gateway.move(task!, status)
    expect((await refused).detail).toMatch(sentence)
    expect(gateway.web.count(/tasks\/stop/)).toBe(0)
  })

  it('takes a state that it does not know for no end', async () => {
    const script = [
      ['HIBERNATING', 10],
      ['RUNNING', 30],
      ['COMPLETE', 30],
    ] as const
    const bench = await beamBench(await openBeam({ script }))
    await bench.render()
  })

  it('takes a redelivery after a lost heartbeat for the same render', async () => {
    const script = [
      ['RUNNING', 10],
      ['RETRY', 30],
      ['RUNNING', 30],
      ['COMPLETE', 30],
    ] as const
    const gateway = await openBeam({ script })
    await (await beamBench(gateway)).render()
    expect(gateway.tasks).toHaveLength(1)
    expect(gateway.tasks[0]?.starts).toBe(2)
  })

  it('hears of the end without a single push', async () => {
    const gateway = await openBeam({ faults: { deaf: true } })
    await (await beamBench(gateway)).render()
  })

  it('goes on when the gateway is away in the middle', async () => {
    const gateway = await openBeam({ script: [['RUNNING', 10]] })
    const bench = await beamBench(gateway)
    const rendered = bench.render()
    await expect.poll(() => bench.progress.some(({ stage }) => stage === 'sampling')).toBe(true)
    await gateway.web.goAway()
    const asked = vi.spyOn(globalThis, 'fetch')
    onTestFinished(() => asked.mockRestore())
    const failed = () => asked.mock.settledResults.filter(({ type }) => type === 'rejected')
    await expect.poll(() => failed().length).toBeGreaterThan(2)
    gateway.move(gateway.tasks[0]!, 'COMPLETE')
    await gateway.web.comeBack()
    expect((await rendered).equals(VIDEO)).toBe(true)
    expect(gateway.tasks).toHaveLength(1)
  })

  it('leaves a render that is out of sight to the next attempt, which goes on with it', async () => {
    const gateway = await openBeam({ script: LONG })
    const bench = await beamBench(gateway, { times: { unreachableMs: 100 } })
    const refused = bench.refused('engine_crashed')
    await expect.poll(() => bench.progress.some(({ stage }) => stage === 'sampling')).toBe(true)
    await gateway.web.goAway()
    await refused
    await gateway.web.comeBack()
    expect(gateway.tasks[0]?.status).toBe('RUNNING')
    gateway.move(gateway.tasks[0]!, 'COMPLETE')
    await bench.render({ found: bench.notes.at(-1) })
    expect(gateway.tasks).toHaveLength(1)
  })

  it('says that a task is lost that the gateway does not know any more', async () => {
    const gateway = await openBeam({ script: LONG })
    const bench = await beamBench(gateway)
    const refused = bench.refused('engine_crashed')
    await expect.poll(() => gateway.tasks[0]?.status).toBe('RUNNING')
    gateway.forget(gateway.tasks[0]!)
    await refused
    // The next attempt starts anew: there is nothing to resume.
    gateway.setScript([['COMPLETE', 20]])
    await bench.render({ found: bench.notes.at(-1) })
  })

  it('names the setting when the token is wrong, and the queue when it is not there', async () => {
    const gateway = await openBeam()
    const stranger = await beamBench(gateway, { token: 'another' })
    expect((await stranger.refused('engine_unavailable')).detail).toContain('BEAM_TOKEN')
    const lost = await beamBench(gateway, { queue: 'elsewhere' })
    expect((await lost.refused('engine_unavailable')).detail).toContain('elsewhere')
  })
})

describe('handing over', () => {
  it('does not send again what may have arrived', async () => {
    const gateway = await openBeam({ faults: { answersLost: 1 } })
    const bench = await beamBench(gateway)
    const { detail } = await bench.refused('engine_unreachable')
    expect(detail).toContain('not sent a second time')
    expect(gateway.tasks).toHaveLength(1)
  })

  it('sends again what certainly did not arrive', async () => {
    const gateway = await openBeam({ faults: { submitsBroken: 1 } })
    await (await beamBench(gateway)).render()
    expect(gateway.tasks).toHaveLength(1)
    expect(gateway.web.count(/POST \/taskqueue/)).toBe(2)
  })

  it('does not take the tasks of its other jobs for a lost one', async () => {
    const gateway = await openBeam({ script: LONG })
    const bench = await beamBench(gateway, { times: { settleMs: 300 } })
    // The other job submits between this one's mark and its lookup.
    gateway.faults.submitsBroken = 1
    const first = bench.render()
    await expect.poll(() => gateway.web.count(/POST \/taskqueue/)).toBe(1)
    const second = bench.render()
    await expect.poll(() => gateway.tasks.length).toBe(2)
    for (const task of gateway.tasks) gateway.move(task, 'COMPLETE')
    await Promise.all([first, second])
  })

  it('waits while the queue is full, and says so when it stays full', async () => {
    const gateway = await openBeam({ faults: { queueFull: 3 } })
    const bench = await beamBench(gateway)
    await bench.render()
    expect(gateway.tasks).toHaveLength(1)
    gateway.faults.queueFull = 1000
    await bench.refused('queue_full')
    expect(gateway.tasks).toHaveLength(1)
  })

  it('finds out after a crash in the middle of it', async () => {
    const gateway = await openBeam()
    const bench = await beamBench(gateway)
    const sending = (): RemoteRender => bench.notes.find(({ id }) => id.startsWith('sending'))!
    await bench.render()
    // Nothing is younger than the mark: it was not sent.
    const mark = { ...sending(), id: `sending::${Date.now() + 60_000}` }
    await bench.render({ found: mark })
    expect(gateway.tasks).toHaveLength(2)
    // Another program has submitted a render: nobody can tell that it is not this one.
    const other = await beamBench(gateway)
    await other.refused('engine_unreachable', { found: sending() })
    expect(gateway.tasks).toHaveLength(2)
  })
})

describe('the video', () => {
  it('comes by a new link when the first has aged', async () => {
    const gateway = await openBeam({ faults: { linksExpired: 1 } })
    await (await beamBench(gateway)).render()
  })

  it('is taken up where its download broke', async () => {
    const gateway = await openBeam({ faults: { downloadsCut: 2 } })
    const video = await (await beamBench(gateway)).render()
    expect(video.equals(VIDEO)).toBe(true)
  })

  it('is fetched again when its digest is another, and refused when it stays so', async () => {
    const gateway = await openBeam({ faults: { downloadsDamaged: 1 } })
    const bench = await beamBench(gateway)
    expect((await bench.render()).equals(VIDEO)).toBe(true)
    gateway.faults.downloadsDamaged = 9
    await bench.refused('download_damaged')
  })

  it('is refused when it is none', async () => {
    const page = await openBeam({ video: Buffer.from('<!doctype html><p>Sorry') })
    expect((await (await beamBench(page)).refused('output_invalid')).detail).toContain('HTML')
    const empty = await openBeam({ video: Buffer.alloc(0) })
    await (await beamBench(empty)).refused('output_invalid')
  })

  it.each([
    [{ status: 'success', message: 'done' }, 'output_missing', /has no video/],
    [{ error: 'No face was found.', code: 'no_face_found' }, 'no_face_found', /No face/],
    [{ error: 'It went wrong', code: 'worker_lost' }, 'engine_failed', /It went wrong\./],
  ] as const)('is missed with what the handler says: %j', async (result, code, sentence) => {
    const gateway = await openBeam({ script: LONG })
    const bench = await beamBench(gateway)
    const refused = bench.refused(code)
    await expect.poll(() => gateway.tasks.length).toBe(1)
    Object.assign(gateway.tasks[0]!, { result, hasOutputs: false })
    gateway.move(gateway.tasks[0]!, 'COMPLETE')
    expect((await refused).detail).toMatch(sentence)
  })
})

describe('large inputs', () => {
  const voiceBytes = 10 * 1024 * 1024

  it('are refused before anything is sent, with the way out', async () => {
    const gateway = await openBeam()
    const { detail } = await (await beamBench(gateway)).refused('input_too_large', { voiceBytes })
    expect(detail).toContain('BEAM_VOLUME')
    expect(gateway.tasks).toHaveLength(0)
  })

  it.each([0, 1])(
    'go over the volume and are gone after it (%i links refused)',
    async (refused) => {
      const gateway = await openBeam({
        faults: { presignedPutRefused: refused },
        script: [['RUNNING', 10]],
      })
      const bench = await beamBench(gateway, { volume: 'inputs' })
      const rendered = bench.render({ voiceBytes })
      await expect.poll(() => gateway.tasks.length).toBe(1)
      expect([...gateway.files.values()].map(({ length }) => length)).toEqual([9, voiceBytes])
      const { image_url, wav_url } = gateway.tasks[0]!.body
      expect(await (await fetch(String(image_url))).text()).toBe('a picture')
      expect(wav_url).toContain('/infinitetalk-inputs/')
      gateway.move(gateway.tasks[0]!, 'COMPLETE')
      await rendered
      expect(gateway.files.size).toBe(0)
      expect(gateway.web.count(/PUT .*\/upload\//)).toBe(refused)
    },
  )
})

describe('an end from this side', () => {
  it('is one for the task as well, though the first request for it is not heard', async () => {
    const gateway = await openBeam({ script: LONG, faults: { cancelsIgnored: 1 } })
    const bench = await beamBench(gateway)
    const job = new AbortController()
    const refused = bench.refused('canceled', { signal: job.signal })
    await expect.poll(() => gateway.tasks[0]?.status).toBe('RUNNING')
    job.abort(new AppError('canceled', 'The job was canceled.'))
    await refused
    expect(gateway.tasks[0]?.status).toBe('CANCELLED')
  })

  it('comes too late for no task: one that is being handed over is ended', async () => {
    const gateway = await openBeam({ script: LONG })
    const bench = await beamBench(gateway)
    const job = new AbortController()
    const onNote = (): void => job.abort(new AppError('canceled', 'The job was canceled.'))
    await bench.refused('canceled', { signal: job.signal, onNote })
    expect(gateway.tasks.map(({ status }) => status)).toEqual(['CANCELLED'])
  })

  it.each(['stopping', 'worker_lost'] as const)(
    'that is %s leaves it to the next',
    async (code) => {
      const gateway = await openBeam({ script: LONG })
      const bench = await beamBench(gateway)
      const hub = new AbortController()
      const refused = bench.refused(code, { signal: hub.signal })
      await expect.poll(() => gateway.tasks[0]?.status).toBe('RUNNING')
      hub.abort(new AppError(code, 'The hub stops.'))
      await refused
      expect(gateway.tasks[0]?.status).toBe('RUNNING')
      gateway.move(gateway.tasks[0]!, 'COMPLETE')
      await bench.render({ found: bench.notes.at(-1) })
      expect(gateway.tasks).toHaveLength(1)
    },
  )

  it('tells how a task ended while nobody looked, and does not begin it anew', async () => {
    const gateway = await openBeam({ script: LONG })
    const bench = await beamBench(gateway)
    const hub = new AbortController()
    const refused = bench.refused('stopping', { signal: hub.signal })
    await expect.poll(() => gateway.tasks[0]?.status).toBe('RUNNING')
    hub.abort(new AppError('stopping', 'The hub stops.'))
    await refused
    gateway.move(gateway.tasks[0]!, 'ERROR')
    await bench.refused('engine_failed', { found: bench.notes.at(-1) })
    expect(gateway.tasks).toHaveLength(1)
  })

  it('reaches a render that was left behind, and its inputs', async () => {
    const gateway = await openBeam({ script: LONG })
    const bench = await beamBench(gateway, { volume: 'inputs' })
    const hub = new AbortController()
    const voiceBytes = 10 * 1024 * 1024
    const refused = bench.refused('stopping', { signal: hub.signal, voiceBytes })
    await expect.poll(() => gateway.tasks[0]?.status).toBe('RUNNING')
    hub.abort(new AppError('stopping', 'The hub stops.'))
    await refused
    expect(gateway.files.size).toBe(2)
    await bench.engine.abandon(bench.notes.at(-1)!, AbortSignal.timeout(5000))
    expect(gateway.tasks[0]?.status).toBe('CANCELLED')
    expect(gateway.files.size).toBe(0)
  })
})
