// A disk without space ends a render in windows as disk_full, here or there, and leaves nothing behind on the ComfyUI.
import { expect, it } from 'vitest'
import type { WindowMemory } from '../../../src/app/ports/window-memory.ts'
import { AppError, toAppError } from '../../../src/domain/errors.ts'
import { passingMemory } from '../../../src/engines/comfyui/window/passing-memory.ts'
import { describeWith } from '../../support/requires.ts'
import { type ComfyRender, comfyRender } from '../comfy-render.ts'
import type { StandInOptions } from '../standin/stand-in.ts'

const inTime = (): AbortSignal => AbortSignal.timeout(110_000)
const REQUEST = { width: 64, height: 64, preset: 'draft', workflow: 'I2V_window' }

/** Two windows. */
function render(standIn: StandInOptions): Promise<ComfyRender> {
  return comfyRender({
    standIn: { version: '0.33.0', ...standIn },
    seconds: 4.5,
    request: REQUEST,
  })
}

async function expectNothingLeft({ standIn }: ComfyRender): Promise<void> {
  expect(standIn.control.queueLength()).toBe(0)
  expect(standIn.control.historyIds()).toEqual([])
}

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'a full disk', () => {
  it.each([1, 2])('of the hub at the end of window %d ends the render', async (full) => {
    const comfy = await render({})
    const windows: WindowMemory = {
      ...passingMemory(),
      async keep(window, files) {
        if (window.number < full) return { ...window, ...files }
        throw toAppError(Object.assign(new Error('no space'), { code: 'ENOSPC' }))
      },
    }
    await expect(comfy.render({ windows, signal: inTime() })).rejects.toMatchObject({
      code: 'disk_full',
    })
    await expectNothingLeft(comfy)
  })

  it('of the ComfyUI is told with the node that found it', async () => {
    const type = 'SaveImage'
    const noSpace = { exceptionType: 'OSError', message: '[Errno 28] No space left on device' }
    const comfy = await render({ faults: { nodeErrors: { [type]: noSpace } } })
    const failure = await comfy.render({ signal: inTime() }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(AppError)
    expect(failure).toMatchObject({ code: 'disk_full', meta: { node: { type } } })
    await expectNothingLeft(comfy)
  })
})
