// A ComfyUI that runs out of memory is helped step by step, for the window that ran out: the video comes out whole, and the next
// render of the size begins with what helped.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import type { MemoryStep } from '../../../src/domain/job.ts'
import { describeWith } from '../../support/requires.ts'
import { FFPROBE } from '../../support/shipped-tools.ts'
import { type ComfyRender, comfyRender } from '../comfy-render.ts'
import type { MemoryFault } from '../standin/faults.ts'

const run = promisify(execFile)
const SMALL = { width: 64, height: 64, preset: 'draft', workflow: 'I2V_window' } as const
/** Two windows: 81 frames and 32. */
const SECONDS = 4.5
const FRAMES = 113

function renderWith(outOfMemory: MemoryFault): Promise<ComfyRender> {
  const standIn = { version: '0.33.0', faults: { outOfMemory } } as const
  return comfyRender({ standIn, seconds: SECONDS, request: SMALL })
}

async function frameCount(path: string): Promise<number> {
  const args = ['-v', 'error', '-count_packets', '-show_entries', 'stream=nb_read_packets']
  const select = ['-select_streams', 'v:0', '-of', 'csv=p=0']
  const { stdout } = await run(FFPROBE, [...args, ...select, path])
  return Number.parseInt(stdout, 10)
}

interface Case {
  readonly what: string
  readonly fault: MemoryFault
  readonly steps: readonly MemoryStep[]
  readonly rendered: number
  readonly needed: number
}

const CASES: readonly Case[] = [
  {
    what: 'frees its memory',
    fault: { nodeClass: 'SamplerCustomAdvanced', untilFreed: true },
    steps: [{ remedy: 'free_memory', window: 1 }],
    ...{ needed: 2, rendered: 3 },
  },
  {
    what: 'decodes in tiles',
    fault: { nodeClass: 'VAEDecode', after: 1 },
    steps: [
      { remedy: 'free_memory', window: 2 },
      { remedy: 'tiled_vae', window: 2 },
    ],
    ...{ needed: 2, rendered: 4 },
  },
  {
    what: 'makes shorter windows of what is left',
    fault: { nodeClass: 'SamplerCustomAdvanced', longerThan: 21, after: 1 },
    // The second window has 41 frames already.
    steps: [
      { remedy: 'free_memory', window: 2 },
      { remedy: 'shorter_windows', window: 2, windowFrames: 21 },
    ],
    ...{ needed: 4, rendered: 6 },
  },
]

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'a lack of memory', () => {
  it.each(CASES)('is answered for the window: it $what', async ({ fault, steps, ...windows }) => {
    const comfy = await renderWith(fault)
    const video = await comfy.render({ found: null })
    const { needed, rendered } = windows
    expect(video).toMatchObject({ memorySteps: steps, windows: { needed, rendered } })
    expect(await frameCount(video.path)).toBe(FRAMES)
    expect(comfy.standIn.count('POST', '/free')).toBe(1)
    expect(comfy.standIn.count('POST', '/prompt')).toBe(rendered)
    expect(comfy.standIn.control.historyIds()).toEqual([])
  })

  it('is remembered: the next render of the size begins with what helped', async () => {
    const comfy = await renderWith({ nodeClass: 'SamplerCustomAdvanced', longerThan: 41 })
    const first = await comfy.render()
    expect(first.memorySteps?.map(({ remedy }) => remedy)).toEqual([
      'free_memory',
      'shorter_windows',
    ])
    const posts = comfy.standIn.count('POST', '/prompt')
    const second = await comfy.render()
    expect(second.memorySteps).toBeUndefined()
    expect(second.windows?.rendered).toBe(second.windows?.needed)
    expect(comfy.standIn.count('POST', '/prompt') - posts).toBe(second.windows?.needed)
  })

  it('fails the render only when nothing is left to try, and says what was tried', async () => {
    const comfy = await renderWith({ nodeClass: 'SamplerCustomAdvanced' })
    await expect(comfy.render()).rejects.toMatchObject({
      code: 'gpu_out_of_memory',
      detail: expect.stringMatching(/free_memory.*shorter_windows \(41.*shorter_windows \(21/),
    })
    expect(comfy.standIn.control.queueLength()).toBe(0)
    // The next render of the size begins at the foot of the ladder.
    const posts = comfy.standIn.count('POST', '/free')
    await expect(comfy.render()).rejects.toMatchObject({ code: 'gpu_out_of_memory' })
    expect(comfy.standIn.count('POST', '/free')).toBe(posts + 1)
  })

  it('is answered in a workflow of node packs by what it has a place for', async () => {
    const outOfMemory = { nodeClass: 'WanVideoSampler', blocksBelow: 40 }
    const comfy = await comfyRender({ standIn: { faults: { outOfMemory } } })
    const { memorySteps } = await comfy.render()
    expect(memorySteps).toEqual([
      { remedy: 'free_memory', window: null },
      { remedy: 'block_swap', window: null },
    ])
  })
})
