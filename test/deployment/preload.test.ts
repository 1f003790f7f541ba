// A preload: followed to its end, told when it failed, never run twice at once, and stopped by whoever leaves.
import { describe, expect, it } from 'vitest'
import { failureOf, NEVER, openTrial, specOf, type Trial } from './trial.ts'

const run = ({ deployer, watcher }: Trial, signal = NEVER) =>
  deployer.preload({ spec: specOf('preload'), watcher, signal })

describe('a preload', () => {
  it('shows what its container says and is over when that is', async () => {
    await using trial = await openTrial()
    expect(await run(trial)).toMatchObject({ volume: 'infinitetalk-models', wasRunning: false })
    expect(trial.said.output).toContain('all models are there')
    expect(trial.gateway.tasks.map(({ status }) => status)).toEqual(['COMPLETE'])
  })

  it('shows each line once though the stream of lines breaks, and breaks before any came', async () => {
    await using trial = await openTrial({ linesSilent: 3, linesLost: 1, taskStays: true })
    const work = run(trial)
    while (!trial.said.output.includes('all models are there')) await new Promise(setImmediate)
    trial.gateway.faults.taskStays = false
    await work
    expect(trial.said.output.filter((line) => line.includes('verified'))).toHaveLength(1)
  })

  it('that is left while it is being started is stopped as well', async () => {
    await using trial = await openTrial({ taskStays: true })
    const controller = new AbortController()
    const failure = failureOf(run(trial, controller.signal))
    while (trial.gateway.tasks.length === 0) await new Promise(setImmediate)
    controller.abort()
    expect((await failure).detail).toMatch(/at Beam is stopped\./)
    expect(trial.gateway.tasks.map(({ status }) => status)).toEqual(['CANCELLED'])
  })

  it('needs no GPU, and ends by itself', async () => {
    await using trial = await openTrial()
    await run(trial)
    expect(trial.gateway.bodyOf('/api/v1/gateway/stubs')).toMatchObject({
      stub_type: 'pod/run',
      gpu: '',
      gpu_count: 0,
      keep_warm_seconds: -1,
    })
  })

  it.each([
    ['ERROR', 'exit code 1'],
    ['TIMEOUT', ''],
    ['EXPIRED', ''],
    ['CANCELLED', ''],
  ])('that ended as %s says so, with what was said last', async (taskEnds, taskReason) => {
    await using trial = await openTrial({ taskEnds, taskReason })
    const failure = await failureOf(run(trial))
    expect(failure.code).toBe('deployment_failed')
    expect(failure.detail).toContain(`ended as ${taskEnds}: ${taskReason}`)
    expect(failure.detail).toContain('all models are there')
  })

  it('whose start had no answer is said to run perhaps, and is followed by the next run', async () => {
    await using trial = await openTrial({ answersLost: { '/api/v1/gateway/pods': 1 } })
    const failure = await failureOf(run(trial))
    expect(failure.code).toBe('server_unreachable')
    expect(failure.detail).toMatch(/A task may have been started: the same command follows it\.$/)
    expect(await run(trial)).toMatchObject({ wasRunning: true })
    expect(trial.gateway.tasks).toHaveLength(1)
  })

  it('that runs already is followed, and no second one is started', async () => {
    await using trial = await openTrial({ taskStays: true })
    const first = run(trial)
    while (trial.gateway.tasks[0]?.status !== 'RUNNING') await new Promise(setImmediate)
    const second = run(trial)
    while (!trial.said.steps.some((line) => line.includes('runs already'))) {
      await new Promise(setImmediate)
    }
    trial.gateway.faults.taskStays = false
    expect(await Promise.all([first, second])).toMatchObject([
      { wasRunning: false },
      { wasRunning: true },
    ])
    expect(trial.gateway.tasks).toHaveLength(1)
  })

  it('is stopped by whoever leaves, and says so', async () => {
    await using trial = await openTrial({ taskStays: true })
    const controller = new AbortController()
    const failure = failureOf(run(trial, controller.signal))
    while (trial.gateway.tasks[0]?.status !== 'RUNNING') await new Promise(setImmediate)
    controller.abort()
    expect((await failure).detail).toMatch(/^The task task-\d+ at Beam is stopped\./)
    expect(trial.gateway.tasks.map(({ status }) => status)).toEqual(['CANCELLED'])
  })

  it('that could not be stopped is not said to be', async () => {
    const refusals = { '/api/v1/gateway/tasks/stop': 'not now' }
    await using trial = await openTrial({ taskStays: true, refusals })
    const controller = new AbortController()
    const failure = failureOf(run(trial, controller.signal))
    while (trial.gateway.tasks[0]?.status !== 'RUNNING') await new Promise(setImmediate)
    controller.abort()
    expect((await failure).detail).toContain('did not confirm')
  })

  it('bears a gateway that is away for a moment, and goes on showing its lines', async () => {
    await using trial = await openTrial({ taskStays: true, linesSilent: 9_999 })
    const work = run(trial)
    while (trial.gateway.tasks[0]?.status !== 'RUNNING') await new Promise(setImmediate)
    await trial.gateway.web.goAway()
    trial.gateway.faults.linesSilent = 0
    await trial.gateway.web.comeBack()
    while (!trial.said.output.includes('all models are there')) await new Promise(setImmediate)
    trial.gateway.faults.taskStays = false
    expect(await work).toMatchObject({ wasRunning: false })
  })
})
