// Renders in a child process, with the preview engine: killed, canceled, requeued. The hub is composed as for `serve`.
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it, onTestFinished } from 'vitest'
import type { RunningHub } from '../../src/app/create-hub.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { composeHub } from '../../src/main/compose-hub.ts'
import { SUBMIT, signal } from '../support/hub-bench.ts'
import { processesNaming } from '../support/media-bench.ts'
import { describeWith } from '../support/requires.ts'
import { SHIPPED_TOOLS } from '../support/shipped-tools.ts'
import { createTestFolder, type TestFolder } from '../support/test-folder.ts'

const EXAMPLES = new URL('../../examples/', import.meta.url)
const asBase64 = (name: string): string => readFileSync(new URL(name, EXAMPLES)).toString('base64')

const BODY = {
  image: { base64: asBase64('portrait.png') },
  audio: { base64: asBase64('speech.wav') },
  width: 128,
  height: 128,
}

async function openHub(folder: TestFolder): Promise<RunningHub> {
  const env = {
    INFINITETALK_DATA_DIR: folder.path('data'),
    INFINITETALK_ENGINE: 'preview',
    INFINITETALK_LIMIT_DISK_RESERVE_BYTES: '1',
    INFINITETALK_LIMIT_STOP_TIMEOUT_MS: '50',
    ...SHIPPED_TOOLS,
  }
  const observer = { observe: () => {} }
  const hub = await composeHub({
    config: loadConfig({ env }),
    env: process.env,
    observer,
    works: true,
  })
  let stopping: Promise<void> | null = null
  const stop = (): Promise<void> => {
    stopping ??= hub.close()
    return stopping
  }
  onTestFinished(stop)
  return { ...hub, stop }
}

/** Resolves when the attempt renders: its process exists. */
async function untilRendering(hub: RunningHub, id: string, attempt: number): Promise<void> {
  for await (const event of hub.jobs.events(id, 0, signal)) {
    if (event.attempt === attempt && event.body.type === 'progress') return
  }
  expect.fail(`the job ended before attempt ${attempt} rendered`)
}

function renderProcesses(): readonly number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        const [, parent] = / \w (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        return Number(parent) === process.pid && command.includes('render-child.ts')
      } catch {
        return false
      }
    })
    .map(Number)
}

function processGroupOf(pid: number): number {
  const [, group] = / \w \d+ (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
  return Number(group)
}

const linuxOnly = process.platform === 'linux' ? it : it.skip

describeWith(['ffmpeg'], 'apt-get install ffmpeg', 'the process of a render', () => {
  linuxOnly(
    'killed with SIGKILL is begun again once, the attempt counted, and succeeds',
    async () => {
      const hub = await openHub(await createTestFolder())
      const { view } = await hub.jobs.submit(BODY, SUBMIT)
      await untilRendering(hub, view.job.id, 1)
      const [pid] = renderProcesses()
      process.kill(pid!, 'SIGKILL')
      const { job } = await hub.jobs.waitForEnd(view.job.id, { waitMs: 25_000, signal })
      expect(job).toMatchObject({ status: 'succeeded', attempt: 2, crashes: 1, losses: 0 })
      expect(job.output?.video).toMatchObject({ width: 128, height: 128, frames: 191 })
    },
  )

  linuxOnly('killed a second time fails the job, and says so', async () => {
    const hub = await openHub(await createTestFolder())
    const { view } = await hub.jobs.submit(BODY, SUBMIT)
    for (const attempt of [1, 2]) {
      await untilRendering(hub, view.job.id, attempt)
      const [pid] = renderProcesses()
      process.kill(pid!, 'SIGKILL')
    }
    const { job } = await hub.jobs.waitForEnd(view.job.id, { waitMs: 25_000, signal })
    expect(job).toMatchObject({ status: 'failed', attempt: 2, crashes: 2 })
    expect(job.error).toMatchObject({ code: 'engine_crashed' })
    expect(job.error?.detail).toContain('SIGKILL')
  })

  linuxOnly('14.2: goes on when a signal to every process of the service reaches it', async () => {
    const hub = await openHub(await createTestFolder())
    const { view } = await hub.jobs.submit(BODY, SUBMIT)
    await untilRendering(hub, view.job.id, 1)
    const [pid] = renderProcesses()
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.kill(pid!, name)
    expect(processGroupOf(pid!)).toBe(pid)
    const { job } = await hub.jobs.waitForEnd(view.job.id, { waitMs: 25_000, signal })
    expect(job).toMatchObject({ status: 'succeeded', attempt: 1, crashes: 0 })
  })

  linuxOnly('ends with a cancellation, and its own children with it', async () => {
    const folder = await createTestFolder()
    const hub = await openHub(folder)
    const { view } = await hub.jobs.submit(BODY, SUBMIT)
    await untilRendering(hub, view.job.id, 1)
    await hub.jobs.cancel(view.job.id)
    const { job } = await hub.jobs.waitForEnd(view.job.id, { waitMs: 10_000, signal })
    expect(job.status).toBe('canceled')
    expect(renderProcesses()).toEqual([])
    expect(processesNaming(folder.path('data'))).toEqual([])
    expect(readdirSync(folder.path('data/work'))).toEqual([])
  })

  linuxOnly('fault 112: ends with its hub, whose successor renders the job', async () => {
    const folder = await createTestFolder()
    const first = await openHub(folder)
    const { view } = await first.jobs.submit(BODY, SUBMIT)
    await untilRendering(first, view.job.id, 1)
    await first.stop()
    expect(renderProcesses()).toEqual([])
    const second = await openHub(folder)
    const { job } = await second.jobs.waitForEnd(view.job.id, { waitMs: 25_000, signal })
    expect(job).toMatchObject({ status: 'succeeded', attempt: 2, losses: 0, crashes: 0 })
  })

  it('refuses a damaged voice before it accepts the job', async () => {
    const hub = await openHub(await createTestFolder())
    const body = { ...BODY, audio: { base64: Buffer.from('no sound at all').toString('base64') } }
    await expect(hub.jobs.submit(body, SUBMIT)).rejects.toMatchObject({ pointer: '/audio' })
    expect((await hub.jobs.list({ status: null, limit: 1, cursor: null })).views).toEqual([])
  })

  it('teaches how long the next render will take', async () => {
    const hub = await openHub(await createTestFolder())
    expect((await hub.jobs.estimate(BODY, SUBMIT)).seconds).toBeNull()
    const { view } = await hub.jobs.submit(BODY, SUBMIT)
    await hub.jobs.waitForEnd(view.job.id, { waitMs: 25_000, signal })
    const estimate = await hub.jobs.estimate({ ...BODY, width: 256 }, SUBMIT)
    expect(estimate).toMatchObject({ frames: 191, width: 256, height: 128, queue_s: 0 })
    expect(estimate.seconds).toBeGreaterThan(0)
  })
})
