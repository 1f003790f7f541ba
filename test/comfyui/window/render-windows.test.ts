// The engine renders window by window on a server that has only ComfyUI's own nodes: exact frames, one prompt a window, and a
// handover that never leaves the machine.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { describeWith } from '../../support/requires.ts'
import { FFPROBE } from '../../support/shipped-tools.ts'
import { comfyRender } from '../comfy-render.ts'

const run = promisify(execFile)
const SMALL = { width: 64, height: 64, preset: 'draft' } as const

async function frameCount(path: string): Promise<number> {
  const args = ['-v', 'error', '-count_packets', '-show_entries', 'stream=nb_read_packets']
  const { stdout } = await run(FFPROBE, [...args, '-of', 'csv=p=0', path])
  return Number.parseInt(stdout, 10)
}

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'a render in windows', () => {
  it.each([
    { seconds: 1, windows: 1 },
    { seconds: 4.5, windows: 2 },
    { seconds: 7.5, windows: 3 },
  ])('of $seconds s is $windows prompts and exactly as many frames', async (length) => {
    const comfy = await comfyRender({
      standIn: { version: '0.33.0' },
      seconds: length.seconds,
      request: { ...SMALL, workflow: 'I2V_window' },
    })
    const { path, frames } = await comfy.render()
    expect(comfy.standIn.count('POST', '/prompt')).toBe(length.windows)
    expect(frames).toBe(Math.ceil(length.seconds * 25))
    expect(await frameCount(path)).toBe(frames)
    expect(comfy.standIn.control.historyIds()).toEqual([])
  })
})
