import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { AppError } from '../../src/domain/errors.ts'
import type { Backend } from '../../src/engines/comfyui/backend.ts'
import type { EngineNews } from '../../src/engines/comfyui/engine-news.ts'
import { identityOf } from '../../src/engines/comfyui/supervise/process-identity.ts'
import type { Time } from '../../src/engines/comfyui/supervise/wait-until-ready.ts'
import {
  createSupervisedBackend,
  type SupervisedBackendOptions,
} from '../../src/engines/comfyui/supervised-backend.ts'
import { createTestFolder, type TestFolder } from '../support/test-folder.ts'
import { installTinyComfyui, type TinyComfyui, type TinyMode } from '../support/tiny-comfyui.ts'

const never = new AbortController().signal

interface Stage {
  readonly comfyui: TinyComfyui
  readonly folder: TestFolder
  readonly backend: Backend
  readonly troubles: AppError[]
}

async function setUp(
  mode: TinyMode = {},
  options: Partial<SupervisedBackendOptions> = {},
): Promise<Stage> {
  const folder = await createTestFolder()
  const comfyui = await installTinyComfyui(folder.path('ComfyUI'))
  await comfyui.setMode(mode)
  const troubles: AppError[] = []
  const backend = superviseIn(folder, { onTrouble: (error) => troubles.push(error), ...options })
  return { comfyui, folder, backend, troubles }
}

function superviseIn(folder: TestFolder, options: Partial<SupervisedBackendOptions> = {}): Backend {
  const backend = createSupervisedBackend({
    folder: folder.path('ComfyUI'),
    python: null,
    env: process.env,
    dataFolder: folder.path('data'),
    maxUploadBytes: 200 * 1024 * 1024,
    modelPathsFile: null,
    moreArguments: [],
    stopGraceMs: 2000,
    time: hastyTime,
    random: () => 0,
    ...options,
  })
  onTestFinished(() => backend[Symbol.asyncDispose]())
  return backend
}

/** Goes as time does, but nobody waits long. */
const hastyTime: Time = {
  nowMs: () => performance.now(),
  sleep: async (ms, signal) => {
    await sleep(Math.min(ms, 20), undefined, { signal })
  },
}

/** Three minutes pass at once; at a moment of them something happens. */
function fastTime(momentMs: number, happens: () => Promise<void>): Time {
  let now = 0
  let happened = false
  return {
    nowMs: () => now,
    async sleep(ms) {
      now += ms
      if (now < momentMs || happened) return
      happened = true
      await happens()
    },
  }
}

async function isGone(pid: number): Promise<boolean> {
  return (await identityOf(pid)) === null
}

async function failureOf(work: Promise<unknown>): Promise<AppError> {
  return work.then(
    () => expect.fail('did not fail'),
    (error: AppError) => error,
  )
}

describe('a supervised ComfyUI that comes up', () => {
  it('14.29: is started by the first who needs it, once for all and said once, on loopback, with the options that its version knows', async () => {
    const news: EngineNews[] = []
    const onNews = (one: EngineNews): void => void news.push(one)
    const { backend, comfyui, folder } = await setUp({}, { onNews })
    expect(await backend.health()).toBeNull()
    expect(await comfyui.starts()).toEqual([])
    const [first, second] = await Promise.all([backend.ready(never), backend.ready(never)])
    expect(second).toBe(first)
    expect(await backend.ready(never)).toBe(first)
    const starts = await comfyui.starts()
    expect(starts).toHaveLength(1)
    const args = starts[0]?.args ?? []
    expect(args.join(' ')).toContain('--listen 127.0.0.1 --port ')
    expect(args).toEqual(expect.arrayContaining(['--disable-metadata', '--disable-api-nodes']))
    expect(args.join(' ')).toContain('--max-upload-size 201')
    expect(args.join(' ')).toContain(`--input-directory ${folder.path('data')}/input`)
    // Only newer versions have it.
    expect(args).not.toContain('--disable-assets')
    expect(first.address.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    // 14.29: once each, however many wait.
    const ready = { type: 'engine.ready', afterMs: expect.any(Number) }
    expect(news).toEqual([{ type: 'engine.starting' }, ready])
  })

  it('gets the environment without secrets', async () => {
    const env = {
      ...process.env,
      HF_TOKEN: 'hf_x',
      INFINITETALK_API_KEYS: 'a:b',
      DATABASE_URL: 'postgres://u:p@h/d',
      AWS_SECRET_ACCESS_KEY: 's',
      S3_SECRET_ACCESS_KEY: 's',
      CUDA_VISIBLE_DEVICES: '1',
    }
    const { backend, comfyui } = await setUp({}, { env })
    await backend.ready(never)
    const given = (await comfyui.starts())[0]?.environment ?? {}
    expect(given.CUDA_VISIBLE_DEVICES).toBe('1')
    expect(given.PATH).toBe(process.env.PATH)
    const secrets = Object.keys(given).filter((name) =>
      /TOKEN|KEY|DATABASE|INFINITETALK/.test(name),
    )
    expect(secrets).toEqual([])
  })

  it('goes on coming up when one of those who wait gives up', async () => {
    const { backend, comfyui } = await setUp({ waits: true })
    const impatient = new AbortController()
    const [given, patient] = [backend.ready(impatient.signal), backend.ready(never)]
    impatient.abort()
    expect((await failureOf(given)).code).toBe('canceled')
    await comfyui.letGo()
    await patient
    expect(await comfyui.starts()).toHaveLength(1)
  })

  it('ends with its owner, and all it has started with it', async () => {
    const { backend, comfyui } = await setUp({ hasChild: true })
    await backend.ready(never)
    await backend[Symbol.asyncDispose]()
    const [start] = await comfyui.starts()
    expect(await isGone(start?.pid ?? 0)).toBe(true)
    await expect.poll(() => isGone(start?.childPid ?? 0)).toBe(true)
    expect((await failureOf(backend.ready(never))).code).toBe('stopping')
  })

  it('ends with its owner also while it comes up', async () => {
    const { backend, comfyui } = await setUp({ waits: true })
    const waiting = failureOf(backend.ready(never))
    await expect.poll(() => comfyui.starts()).toHaveLength(1)
    await backend[Symbol.asyncDispose]()
    expect((await waiting).code).toBe('stopping')
    expect(await isGone((await comfyui.starts())[0]?.pid ?? 0)).toBe(true)
  })

  it('has the uploads of its jobs removed, and nothing else', async () => {
    const { backend, folder } = await setUp()
    await backend.ready(never)
    const input = folder.path('data/input')
    await mkdir(join(input, 'job1'))
    await writeFile(join(input, 'job1', 'a.png'), 'a')
    await writeFile(join(input, 'keep.png'), 'b')
    await writeFile(folder.path('outside.txt'), 'c')
    await backend.removeInputs?.(['job1/a.png', 'job1/absent.wav', '../../outside.txt', '..', ''])
    expect(await readdir(input)).toEqual(['keep.png'])
    expect(await readFile(folder.path('outside.txt'), 'utf8')).toBe('c')
  })

  it('has the files of a stored window removed with their folder, and nothing else', async () => {
    const { backend, folder } = await setUp()
    await backend.ready(never)
    const output = folder.path('data/output')
    await mkdir(join(output, 'job1'))
    await writeFile(join(output, 'job1', 'a.png'), 'a')
    await writeFile(join(output, 'keep.png'), 'b')
    const file = { nodeId: '1', subfolder: 'job1', filename: 'a.png', type: 'output' } as const
    const preview = { ...file, subfolder: '', filename: 'keep.png', type: 'temp' } as const
    await backend.removeOutputs?.([file, preview])
    expect(await readdir(output)).toEqual(['keep.png'])
  })
})

describe('a supervised ComfyUI that does not come up', () => {
  it('fault 88: is ready when it answers after 179 s', async () => {
    const folder = await createTestFolder()
    const comfyui = await installTinyComfyui(folder.path('ComfyUI'))
    await comfyui.setMode({ waits: true })
    const backend = superviseIn(folder, { time: fastTime(179_000, () => comfyui.letGo()) })
    await backend.ready(never)
  })

  it('fault 88: is given up when it would answer after 181 s, and does not stay', async () => {
    const folder = await createTestFolder()
    const comfyui = await installTinyComfyui(folder.path('ComfyUI'))
    await comfyui.setMode({ waits: true })
    const backend = superviseIn(folder, { time: fastTime(181_000, () => comfyui.letGo()) })
    const error = await failureOf(backend.ready(never))
    expect(error.code).toBe('engine_start_failed')
    expect(error.detail).toContain('did not answer within 180 s: Total VRAM 24576 MB')
    expect(await isGone((await comfyui.starts())[0]?.pid ?? 0)).toBe(true)
  })

  it('fault 89: is not taken for ComfyUI when something else answers', async () => {
    const { backend } = await setUp({ stranger: true }, { startTimeoutMs: 300 })
    const error = await failureOf(backend.ready(never))
    expect(error.code).toBe('engine_start_failed')
    expect(error.detail).toContain('did not answer within 0.3 s')
  })

  it('fault 90: says the last line of its log that means something, at once', async () => {
    const says = [
      'Traceback (most recent call last):',
      '  File "/opt/ComfyUI/main.py", line 132, in <module>',
      "ModuleNotFoundError: No module named 'torch'",
      'Press any key to continue',
    ].join('\n')
    const { backend, troubles } = await setUp({ says, exitCode: 1 })
    const error = await failureOf(backend.ready(never))
    expect(error.code).toBe('engine_start_failed')
    expect(error.detail).toBe(
      "ComfyUI exited with code 1 while it started: ModuleNotFoundError: No module named 'torch'.",
    )
    expect(error.meta.log).toEqual(['Total VRAM 24576 MB, total RAM 65536 MB', ...says.split('\n')])
    expect(troubles).toEqual([error])
  })

  it('fault 90: is not started for ever, and says when it will be again', async () => {
    const { backend, comfyui } = await setUp({ says: 'Error: no GPU', exitCode: 1 })
    for (let attempt = 0; attempt < 5; attempt += 1) await failureOf(backend.ready(never))
    const error = await failureOf(backend.ready(never))
    expect(await comfyui.starts()).toHaveLength(5)
    expect(error.code).toBe('engine_start_failed')
    expect(error.detail).toMatch(/ended 5 times within 10 minutes.*in \d+ s.*Error: no GPU/)
    expect(await backend.health()).toContain('ended 5 times')
  })

  it.each([
    ['no ComfyUI is there', { folder: '/nonexistent' }, /no main\.py/],
    ['the configured Python is none', { python: '/nonexistent/python' }, /COMFYUI_PYTHON/],
  ])('says at once that %s', async (_, options, sentence) => {
    const { backend } = await setUp({}, options)
    expect(await backend.health()).toMatch(sentence)
    const error = await failureOf(backend.ready(never))
    expect(error.code).toBe('engine_start_failed')
    expect(error.detail).toMatch(sentence)
  })

  it.each([['--listen=0.0.0.0'], ['--lis'], ['--input-directory']])(
    'refuses the option %s of the operator',
    async (option) => {
      const { backend, comfyui } = await setUp({}, { moreArguments: [option] })
      expect((await failureOf(backend.ready(never))).code).toBe('config_invalid')
      expect(await comfyui.starts()).toEqual([])
    },
  )
})

describe('a supervised ComfyUI that ends', () => {
  it('fault 91: killed, it says how it ended, and the next job finds a new one', async () => {
    const { backend, comfyui, troubles } = await setUp({ says: 'got prompt' })
    const first = await backend.ready(never)
    const [start] = await comfyui.starts()
    process.kill(start?.pid ?? 0, 'SIGKILL')
    await expect.poll(() => troubles).toHaveLength(1)
    expect(troubles[0]?.detail).toBe('ComfyUI was ended by SIGKILL.')
    expect(backend.lastWords()).toBe(
      'it was ended by SIGKILL; the last line of its log: got prompt',
    )
    const second = await backend.ready(never)
    expect(second).not.toBe(first)
    expect(await comfyui.starts()).toHaveLength(2)
  })

  it('fault 92: hanging, it is replaced when the next job needs it', async () => {
    const { backend, comfyui, troubles } = await setUp(
      {},
      { stopGraceMs: 50, startTimeoutMs: 2000 },
    )
    const first = await backend.ready(never)
    const [start] = await comfyui.starts()
    process.kill(start?.pid ?? 0, 'SIGSTOP')
    expect(await backend.ready(never)).not.toBe(first)
    expect(await isGone(start?.pid ?? 0)).toBe(true)
    expect(troubles[0]?.detail).toContain('it did not answer for 2 s')
  })

  it('fault 92: distrusted, it is killed if it does not go, and the next job finds a new one', async () => {
    const mode = { stubborn: true, hasChild: true }
    const { backend, comfyui, troubles } = await setUp(mode, { stopGraceMs: 50 })
    const first = await backend.ready(never)
    await backend.distrust('no progress for 300 s.')
    const [start] = await comfyui.starts()
    expect(await isGone(start?.pid ?? 0)).toBe(true)
    await expect.poll(() => isGone(start?.childPid ?? 0)).toBe(true)
    expect(troubles[0]?.detail).toContain('no progress for 300 s')
    expect(await backend.ready(never)).not.toBe(first)
    // Nobody started it in vain.
    await backend.distrust('once more.')
    await backend.distrust('twice, at the same time.')
    expect(await comfyui.starts()).toHaveLength(2)
  })
})

describe('a supervised ComfyUI whose owner was killed', () => {
  async function leaveOne(folder: TestFolder) {
    const program = join(import.meta.dirname, '../support/backend-owner.ts')
    const args = [program, folder.path('ComfyUI'), folder.path('data')]
    const owner = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    onTestFinished(() => {
      owner.kill('SIGKILL')
    })
    const [line] = (await once(owner.stdout, 'data')) as [Buffer]
    return { owner, url: line.toString().trim() }
  }

  async function killed(folder: TestFolder): Promise<string> {
    const { owner, url } = await leaveOne(folder)
    const gone = once(owner, 'exit')
    owner.kill('SIGKILL')
    await gone
    return url
  }

  async function installed() {
    const folder = await createTestFolder()
    const comfyui = await installTinyComfyui(folder.path('ComfyUI'))
    return { folder, comfyui }
  }

  it('is taken over, with all it is at', async () => {
    const { folder, comfyui } = await installed()
    const url = await killed(folder)
    await writeFile(folder.path('data/input/of-a-running-job.png'), '')
    const backend = superviseIn(folder, { maxUploadBytes: 1024 })
    expect((await backend.ready(never)).address.url).toBe(url)
    const [start, ...others] = await comfyui.starts()
    expect(others).toEqual([])
    expect(await readdir(folder.path('data/input'))).toEqual(['of-a-running-job.png'])
    await backend[Symbol.asyncDispose]()
    expect(await isGone(start?.pid ?? 0)).toBe(true)
  })

  it('is noticed when it dies later', async () => {
    const { folder, comfyui } = await installed()
    await killed(folder)
    const backend = superviseIn(folder, { maxUploadBytes: 1024 })
    await backend.ready(never)
    const [start] = await comfyui.starts()
    process.kill(start?.pid ?? 0, 'SIGKILL')
    await expect.poll(() => backend.lastWords()).toContain('it ended')
    await backend.ready(never)
    expect(await comfyui.starts()).toHaveLength(2)
  })

  it('is ended when it does not answer, and a new one is started', async () => {
    const { folder, comfyui } = await installed()
    await killed(folder)
    const [start] = await comfyui.starts()
    process.kill(start?.pid ?? 0, 'SIGSTOP')
    const backend = superviseIn(folder, {
      maxUploadBytes: 1024,
      startTimeoutMs: 2000,
      stopGraceMs: 50,
    })
    await backend.ready(never)
    expect(await isGone(start?.pid ?? 0)).toBe(true)
    expect(await comfyui.starts()).toHaveLength(2)
  })

  it('is ended when it was started in another way than it would be now', async () => {
    const { folder, comfyui } = await installed()
    await killed(folder)
    const backend = superviseIn(folder, { moreArguments: ['--reserve-vram', '2'] })
    await backend.ready(never)
    const [left, own] = await comfyui.starts()
    expect(await isGone(left?.pid ?? 0)).toBe(true)
    expect(own?.args.slice(0, 2)).toEqual(['--reserve-vram', '2'])
  })

  it('is ended by the next owner also when that needed none', async () => {
    const { folder, comfyui } = await installed()
    await killed(folder)
    await superviseIn(folder)[Symbol.asyncDispose]()
    expect(await isGone((await comfyui.starts())[0]?.pid ?? 0)).toBe(true)
  })

  it('is left alone while its owner lives: the second one is told how to share it', async () => {
    const { folder, comfyui } = await installed()
    const { owner, url } = await leaveOne(folder)
    const backend = superviseIn(folder, { maxUploadBytes: 1024 })
    const error = await failureOf(backend.ready(never))
    expect(error.code).toBe('engine_start_failed')
    expect(error.detail).toContain(`Process ${owner.pid}`)
    expect(error.detail).toContain(`COMFYUI_URL to ${url}`)
    await backend[Symbol.asyncDispose]()
    const [start] = await comfyui.starts()
    expect(await isGone(start?.pid ?? 0)).toBe(false)
    process.kill(-(start?.pid ?? 0), 'SIGKILL')
  })
})
