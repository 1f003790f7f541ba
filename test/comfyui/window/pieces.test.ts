// A long video in pieces, which several ComfyUIs render at the same time: every frame is there once, no window is rendered twice, and
// where two pieces meet one fades into the other.
import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import type { StoredWindow } from '../../../src/app/ports/window-memory.ts'
import { AppError } from '../../../src/domain/errors.ts'
import { BackendPool } from '../../../src/engines/comfyui/backend-pool.ts'
import { parseComfyAddress } from '../../../src/engines/comfyui/comfy-address.ts'
import { createRemoteBackend } from '../../../src/engines/comfyui/remote-backend.ts'
import { passingMemory } from '../../../src/engines/comfyui/window/passing-memory.ts'
import { describeWith } from '../../support/requires.ts'
import { FFMPEG } from '../../support/shipped-tools.ts'
import { type ComfyRender, comfyRender } from '../comfy-render.ts'
import { type StandIn, type StandInOptions, startStandIn } from '../standin/stand-in.ts'

const run = promisify(execFile)
/** 8 windows: 33 + 7 * 24 frames at 25 a second. */
const FRAMES = 201
const WINDOWS = 8
const MOTION_FRAMES = 9
const SIZES = { width: 64, height: 64, preset: 'draft', seed: 7 } as const
const REQUEST = { ...SIZES, window_frames: 33, pieces: 2 } as const

interface Machines extends ComfyRender {
  readonly standIns: readonly StandIn[]
  prompts(): readonly number[]
}

async function severalComfy(
  each: readonly StandInOptions[],
  request: Readonly<Record<string, unknown>> = REQUEST,
  seconds: number = FRAMES / 25,
): Promise<Machines> {
  const standIns: StandIn[] = []
  for (const options of each) standIns.push(await startStandIn({ version: '0.33.0', ...options }))
  onTestFinished(async () => {
    for (const standIn of standIns) await standIn.close()
  })
  const backends = standIns.map(({ url }) =>
    createRemoteBackend({ address: parseComfyAddress(url) }),
  )
  const pool = new BackendPool(backends)
  onTestFinished(() => pool[Symbol.asyncDispose]())
  const comfy = await comfyRender({ seconds, request, engine: { pool } })
  const prompts = () => standIns.map((standIn) => standIn.count('POST', '/prompt'))
  return { ...comfy, standIns, prompts }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)

/** Counts files on all machines: one that is deleted is empty. */
async function leftBytes({ standIns }: Machines): Promise<number> {
  const sizes: number[] = []
  for (const standIn of standIns) {
    for (const type of ['input', 'output'] as const) {
      for (const name of await standIn.files(type)) {
        sizes.push((await stat(join(standIn.folders[type], name))).size)
      }
    }
  }
  return sum(sizes)
}

/** The mean colour of each frame. */
async function colors(path: string): Promise<readonly Buffer[]> {
  const args = ['-v', 'error', '-i', path, '-vf', 'scale=1:1:flags=area,format=rgb24']
  const options = { encoding: 'buffer', maxBuffer: 1e8 } as const
  const { stdout } = await run(FFMPEG, [...args, '-f', 'rawvideo', '-'], options)
  return Array.from({ length: stdout.length / 3 }, (_, at) => stdout.subarray(at * 3, at * 3 + 3))
}

function distance(a: Buffer | undefined, b: Buffer | undefined): number {
  return Math.hypot(...[0, 1, 2].map((channel) => a![channel]! - b![channel]!))
}

function expectWhole(stored: readonly StoredWindow[]): void {
  let next = 0
  let number = 0
  for (const window of stored) {
    expect(window.firstFrame).toBe(next)
    expect(window.number).toBeGreaterThan(number)
    next += window.frames
    number = window.number
  }
  expect(next).toBe(FRAMES)
}

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'a video in pieces', () => {
  it('has every frame once, and fades from one piece into the other', async () => {
    const comfy = await severalComfy([{ msPerStep: 20 }, { msPerStep: 20 }])
    const windows = passingMemory()
    const { path, windows: count } = await comfy.render({ found: null, windows })
    const [one = 0, other = 0] = comfy.prompts()
    expect(count).toEqual({ needed: one + other, rendered: one + other, pieces: 2 })
    expect(Math.min(one, other)).toBeGreaterThanOrEqual(WINDOWS / 2)
    expectWhole(windows.done)
    const second = windows.done.findIndex(({ leadPath }) => leadPath !== null)
    const cut = windows.done[second]!.firstFrame
    expect(windows.done[second - 1]!.handoverPath).toBeNull()
    expect(comfy.standIns.flatMap(({ control }) => control.historyIds())).toEqual([])
    expect(await leftBytes(comfy)).toBe(0)

    const seen = await colors(path)
    expect(seen).toHaveLength(FRAMES)
    const jumps = seen.map((color, frame) => (frame === 0 ? 0 : distance(color, seen[frame - 1])))
    const start = windows.done[second - 1]!.firstFrame
    // The stand-in paints each window in a colour of its own: without the match the cut would jump by all of it.
    const whole = distance(seen[start], seen[cut])
    expect(whole).toBeGreaterThan(20)
    for (const jump of jumps.slice(start + 1, cut + 1)) expect(jump).toBeLessThan(whole / 4)
    // The colours meet before the crossfade begins.
    expect(distance(seen[cut - MOTION_FRAMES], seen[cut])).toBeLessThan(8)
  }, 120_000)

  it('goes on elsewhere when a ComfyUI dies, and costs the window it was in', async () => {
    const comfy = await severalComfy([{ msPerStep: 50 }, { msPerStep: 50 }])
    const windows = passingMemory()
    const { path, windows: count } = await comfy.render({
      found: null,
      windows,
      onProgress({ window }) {
        if (window?.number === 4) void comfy.standIns[1]!.control.die(null)
      },
    })
    expect(count!.rendered).toBeLessThanOrEqual(count!.needed + 1)
    expectWhole(windows.done)
    expect(await colors(path)).toHaveLength(FRAMES)
  }, 120_000)

  it('is one chain without a seam where only one ComfyUI is there', async () => {
    const comfy = await severalComfy([{}, {}])
    await comfy.standIns[1]!.control.die(null)
    const windows = passingMemory()
    const { windows: count } = await comfy.render({ found: null, windows })
    expect(count).toMatchObject({ pieces: 2, rendered: count!.needed })
    expectWhole(windows.done)
    expect(windows.done.map(({ leadPath }) => leadPath)).toEqual(windows.done.map(() => null))
    const handedOver = windows.done.map(({ handoverPath }) => handoverPath !== null)
    expect(handedOver).toEqual([...windows.done.slice(1).map(() => true), false])
  }, 120_000)

  it('resumes in the same pieces, with the windows that an attempt before it has begun', async () => {
    const comfy = await severalComfy([{ msPerStep: 50 }, { msPerStep: 50 }])
    const windows = passingMemory()
    const stopping = new AbortController()
    const stopped = comfy.render({
      ...{ found: null, windows, signal: stopping.signal },
      onProgress({ window }) {
        if (window?.number === 4) stopping.abort(new AppError('stopping', 'The hub is stopping.'))
      },
    })
    await expect(stopped).rejects.toMatchObject({ code: 'stopping' })
    const found = comfy.kept.at(-1)!
    expect(found).toMatchObject({ prompts: [], pieces: [{ backend: expect.any(String) }, {}] })
    const { windows: count } = await comfy.render({ found, windows })
    expect(count).toEqual({ needed: count!.needed, rendered: count!.needed, pieces: 2 })
    expect(sum(comfy.prompts())).toBe(count!.needed)
    expectWhole(windows.done)
  }, 120_000)

  it('has shorter windows on the ComfyUI whose memory runs out, and only there', async () => {
    const outOfMemory = { nodeClass: 'SamplerCustomAdvanced', longerThan: 21, after: 1 } as const
    const comfy = await severalComfy([
      { msPerStep: 20 },
      { msPerStep: 20, faults: { outOfMemory } },
    ])
    const windows = passingMemory()
    const { path, memorySteps } = await comfy.render({ found: null, windows })
    expect(memorySteps).toEqual([
      { remedy: 'free_memory', window: expect.any(Number) },
      { remedy: 'shorter_windows', window: expect.any(Number), windowFrames: 21 },
    ])
    expectWhole(windows.done)
    const short = windows.done.filter(({ length }) => length <= 21)
    expect(new Set(short.map(({ backend }) => backend))).toEqual(new Set([comfy.standIns[1]!.url]))
    const whole = windows.done.filter(({ backend }) => backend === comfy.standIns[0]!.url)
    expect(Math.max(...whole.map(({ length }) => length))).toBe(33)
    expect(await colors(path)).toHaveLength(FRAMES)
  }, 120_000)

  it('leaves nothing running on any ComfyUI when it is canceled', async () => {
    const comfy = await severalComfy([{ msPerStep: 50 }, { msPerStep: 50 }])
    const canceling = new AbortController()
    const canceled = comfy.render({
      ...{ found: null, signal: canceling.signal },
      onProgress({ window }) {
        if (window?.number === 3) canceling.abort(new AppError('canceled', 'The test cancels.'))
      },
    })
    await expect(canceled).rejects.toMatchObject({ code: 'canceled' })
    expect(Math.min(...comfy.prompts())).toBeGreaterThan(0)
    expect(comfy.standIns.map(({ control }) => control.queueLength())).toEqual([0, 0])
    expect(comfy.standIns.flatMap(({ control }) => control.historyIds())).toEqual([])
  }, 120_000)

  it('is rendered in one piece, with a warning, where pieces have no use', async () => {
    const alone = await comfyRender({
      standIn: { version: '0.33.0' },
      request: { ...SIZES, workflow: 'I2V_window', pieces: 2 },
    })
    expect((await alone.render()).warnings).toEqual([expect.stringContaining('has one ComfyUI')])
    expect(alone.engine.noteOn?.(alone.plan.sampling)).toContain('has one ComfyUI')
    const short = await severalComfy([{}, {}], { ...SIZES, pieces: 2 }, 1)
    const { warnings, windows } = await short.render()
    expect(warnings).toEqual([expect.stringContaining('more than 20.5 s of audio')])
    expect(windows).toEqual({ needed: 1, rendered: 1 })
  }, 120_000)

  it.each([
    ['a graph that renders whole videos', { workflow: 'I2V_single' }],
    ['windows that hardly add frames', { window_frames: 13 }],
  ])('is rejected with %s', async (_, members) => {
    const comfy = await severalComfy([{}, {}], { ...REQUEST, ...members })
    const refused = { code: 'engine_unsupported', pointer: '/pieces' }
    await expect(comfy.render()).rejects.toMatchObject(refused)
    expect(sum(comfy.prompts())).toBe(0)
  })
})
