import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { type ComfyRenderOptions, comfyRender } from '../../../../test/comfyui/comfy-render.ts'
import { frameNumbers, numbersOf } from '../../../../test/comfyui/numbered-frames.ts'
import { OUT_OF_MEMORY } from '../../../../test/comfyui/standin/stand-in.ts'
import { describeWith } from '../../../../test/support/requires.ts'
import { createTestFolder } from '../../../../test/support/test-folder.ts'
import type { WindowMemory } from '../../../app/ports/window-memory.ts'
import { AppError } from '../../../domain/errors.ts'
import { passingMemory } from '../window/passing-memory.ts'

/** 81 + 2 * 72 frames, and 25 of the last window. */
const SECONDS = 10
const FRAMES = 250
const SIDE = 256

async function sharedRender(options: ComfyRenderOptions = {}) {
  const folder = (await createTestFolder()).path('frames')
  await mkdir(folder)
  const comfy = await comfyRender({ seconds: SECONDS, framesFolder: folder, ...options })
  return { ...comfy, shared: () => readdir(folder), sharedFolder: folder }
}

/** Tells each window that is kept. */
function memoryThatTells(onKept: (number: number) => void): WindowMemory {
  const memory = passingMemory()
  return {
    ...memory,
    async keep(window, files) {
      const stored = await memory.keep(window, files)
      onKept(window.number)
      return stored
    },
  }
}

describeWith(['ffmpeg'], 'apt-get install ffmpeg', 'a node pack that shares a folder', () => {
  it('has its windows kept while it renders, and the video has exactly their frames', async () => {
    const comfy = await sharedRender({ standIn: { msPerStep: 200 } })
    const kept: { readonly number: number; readonly ended: boolean }[] = []
    const windows = memoryThatTells((number) =>
      kept.push({ number, ended: comfy.standIn.control.queueLength() === 0 }),
    )
    const seen: Uint8Array[] = []
    const { path, frames } = await comfy.render({ windows, onFrame: (jpeg) => seen.push(jpeg) })
    expect(kept.map(({ number }) => number)).toEqual([1, 2, 3, 4])
    expect(kept[0]).toMatchObject({ ended: false })
    expect(seen.length).toBeGreaterThanOrEqual(4)
    expect(frames).toBe(FRAMES)
    expect(await frameNumbers(path, SIDE)).toEqual(numbersOf(FRAMES, SIDE))
    expect(windows.done.map(({ firstFrame, frames }) => [firstFrame, frames])).toEqual([
      [0, 81],
      [81, 72],
      [153, 72],
      [225, 25],
    ])
    expect(comfy.standIn.count('GET', '/view')).toBe(0)
    expect(await comfy.shared()).toEqual([])
  })

  it('gives a voice that ends within a frame its last frame', async () => {
    // The sampler counts 153 frames, which is two whole windows.
    const comfy = await sharedRender({ seconds: 153.5 / 25 })
    const { path } = await comfy.render()
    const numbers = numbersOf(153, SIDE)
    expect(await frameNumbers(path, SIDE)).toEqual([...numbers, numbers.at(-1)])
  })

  it('goes on with the prompt and after the windows that an earlier attempt kept', async () => {
    const comfy = await sharedRender({ standIn: { msPerStep: 60 } })
    const stop = new AbortController()
    const numbers: number[] = []
    const windows = memoryThatTells((number) => {
      numbers.push(number)
      if (number === 2) stop.abort(new AppError('stopping', 'Stopped by the test.'))
    })
    const stopped = comfy.render({ signal: stop.signal, found: null, windows })
    await expect(stopped).rejects.toMatchObject({ code: 'stopping' })
    expect(await comfy.shared()).toHaveLength(1)
    const { path } = await comfy.render({ found: comfy.kept.at(-1)!, windows })
    expect(comfy.standIn.count('POST', '/prompt')).toBe(1)
    // Files that were kept when the first attempt ended may still be there.
    expect(numbers.filter((number) => number === 1)).toHaveLength(1)
    expect(numbers.slice(-2)).toEqual([3, 4])
    expect(await frameNumbers(path, SIDE)).toEqual(numbersOf(FRAMES, SIDE))
    expect(await comfy.shared()).toEqual([])
  })

  it('begins anew when its prompt is lost, and leaves nothing of it', async () => {
    const comfy = await sharedRender({ standIn: { msPerStep: 60 } })
    const stop = new AbortController()
    const numbers: number[] = []
    const windows = memoryThatTells((number) => {
      numbers.push(number)
      stop.abort(new AppError('stopping', 'Stopped by the test.'))
    })
    const stopped = comfy.render({ signal: stop.signal, found: null, windows })
    await expect(stopped).rejects.toMatchObject({ code: 'stopping' })
    await comfy.standIn.control.die(0)
    const { path } = await comfy.render({ found: comfy.kept.at(-1)!, windows })
    expect(numbers).toEqual([1, 1, 2, 3, 4])
    expect(await frameNumbers(path, SIDE)).toEqual(numbersOf(FRAMES, SIDE))
    expect(await comfy.shared()).toEqual([])
  })

  it('begins anew after memory ran out in the middle, and leaves nothing of the first prompt', async () => {
    const comfy = await sharedRender({
      standIn: { msPerStep: 60, faults: { errorAt: { at: 0.8, times: 1, ...OUT_OF_MEMORY } } },
    })
    const numbers: number[] = []
    const { path, memorySteps } = await comfy.render({
      windows: memoryThatTells((number) => numbers.push(number)),
    })
    expect(memorySteps).toHaveLength(1)
    expect(numbers.slice(-4)).toEqual([1, 2, 3, 4])
    expect(numbers.length).toBeGreaterThan(4)
    expect(await frameNumbers(path, SIDE)).toEqual(numbersOf(FRAMES, SIDE))
    expect(await comfy.shared()).toEqual([])
  })

  it.each(['canceled', 'job_timeout'] as const)(
    'leaves nothing of a render that is %s',
    async (code) => {
      const comfy = await sharedRender({ standIn: { msPerStep: 60 } })
      const stop = new AbortController()
      const windows = memoryThatTells(() => stop.abort(new AppError(code, 'Ended by the test.')))
      const ended = comfy.render({ signal: stop.signal, found: null, windows })
      await expect(ended).rejects.toMatchObject({ code })
      expect(comfy.standIn.control.queueLength()).toBe(0)
      expect(await comfy.shared()).toEqual([])
    },
  )

  it.each([
    ['few', 'Window 1 of the render lacks frames'],
    ['damaged', 'Window 1 of the render lacks frames'],
    ['wrong_size', 'Window 1 of the render is 128x256 instead of 256x256'],
    ['identical', 'Window 1 of the render is one frame, repeated'],
  ] as const)('fails with the window whose frames are wrong: %s', async (frames, words) => {
    const comfy = await sharedRender({ standIn: { faults: { frames } } })
    const failed = comfy.render()
    await expect(failed).rejects.toMatchObject({
      code: 'output_invalid',
      detail: expect.stringContaining(words),
    })
    expect(await comfy.shared()).toEqual([])
  })

  it('names the setting, long before the end, when the hub does not see the folder', async () => {
    const comfy = await sharedRender({
      standIn: { msPerStep: 200, faults: { frames: 'elsewhere' } },
    })
    await expect(comfy.render()).rejects.toMatchObject({
      code: 'output_missing',
      detail: expect.stringContaining('COMFYUI_FRAMES_DIR'),
    })
    const { done, total } = comfy.progress.findLast(({ stage }) => stage === 'sampling')!
    expect(done).toBeLessThan(total)
    expect(comfy.standIn.control.queueLength()).toBe(0)
    expect(await comfy.shared()).toEqual([])
  })

  it('renders as ever where there is one window, or a node that knows no folder', async () => {
    const short = await sharedRender({ seconds: 2 })
    expect((await short.render()).frames).toBe(81)
    expect(short.standIn.count('GET', '/view')).toBe(1)
    const old = await sharedRender({
      standIn: {
        editObjectInfo: ({ WanVideoImageToVideoMultiTalk: node }) => {
          delete node?.input.optional?.output_path
        },
      },
    })
    const windows = passingMemory()
    expect((await old.render({ windows })).frames).toBe(297)
    expect(old.standIn.count('GET', '/view')).toBe(1)
    expect(windows.done).toEqual([])
    expect(await old.shared()).toEqual([])
  })

  it('says so when the folder cannot be written', async () => {
    const folder = await createTestFolder()
    await writeFile(folder.path('file'), '')
    const comfy = await comfyRender({ seconds: SECONDS, framesFolder: folder.path('file') })
    await expect(comfy.render()).rejects.toMatchObject({ code: 'config_invalid' })
    expect(comfy.standIn.count('POST', '/prompt')).toBe(0)
  })
})
