// The next attempt uses the leftovers of a render in windows on a ComfyUI, or ends them when nobody waits for them: files of a window that
// the server has forgotten, and a prompt on a machine that could not be reached for a while.
import { truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { WindowMemory } from '../../../src/app/ports/window-memory.ts'
import { AppError } from '../../../src/domain/errors.ts'
import { BackendPool } from '../../../src/engines/comfyui/backend-pool.ts'
import { parseComfyAddress } from '../../../src/engines/comfyui/comfy-address.ts'
import { createRemoteBackend } from '../../../src/engines/comfyui/remote-backend.ts'
import { passingMemory } from '../../../src/engines/comfyui/window/passing-memory.ts'
import { describeWith } from '../../support/requires.ts'
import { type ComfyRender, comfyRender } from '../comfy-render.ts'
import { startCutLine } from '../cut-line.ts'
import { startStandIn } from '../standin/stand-in.ts'

const SMALL = { width: 64, height: 64, preset: 'draft', workflow: 'I2V_window' } as const
/** Two windows. */
const SECONDS = 4.5

/** The first window ends and is not kept; then ComfyUI is started again and knows nothing. */
async function loseFirstWindow(): Promise<ComfyRender> {
  const standIn = { version: '0.33.0' } as const
  const comfy = await comfyRender({ standIn, seconds: SECONDS, request: SMALL })
  const windows: WindowMemory = {
    ...passingMemory(),
    keep: async () => {
      throw new AppError('store_unavailable', 'The test keeps nothing.')
    },
  }
  const lost = comfy.render({ found: null, windows })
  await expect(lost).rejects.toMatchObject({ code: 'store_unavailable' })
  await comfy.standIn.control.die(0)
  expect(comfy.standIn.count('POST', '/prompt')).toBe(2)
  return comfy
}

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'a render in windows', () => {
  it('uses a window that had ended before its ComfyUI was started again', async () => {
    const comfy = await loseFirstWindow()
    const { windows } = await comfy.render({ found: comfy.kept.at(-1)! })
    const sent = comfy.standIn.count('POST', '/prompt')
    // The second window had ended, too, where it was faster than the first was fetched.
    expect([2, 3]).toContain(sent)
    expect(windows).toEqual({ needed: 2, rendered: sent })
  })

  it('renders a window again whose last file is not whole', async () => {
    const comfy = await loseFirstWindow()
    const [{ id } = { id: '' }] = comfy.kept[0]!.prompts!
    await truncate(join(comfy.standIn.folders.output, `infinitetalk/${id}/frame_00081_.png`), 100)
    const { windows } = await comfy.render({ found: comfy.kept.at(-1)! })
    expect(comfy.standIn.count('POST', '/prompt')).toBe(4)
    expect(windows).toEqual({ needed: 2, rendered: 3 })
  })

  it('goes on elsewhere when its ComfyUI cannot be reached, and ends the prompt there later', async () => {
    const away = await startStandIn({ version: '0.33.0', msPerStep: 60_000 })
    onTestFinished(() => away.close())
    const line = await startCutLine(away)
    const other = await startStandIn({ version: '0.33.0' })
    onTestFinished(() => other.close())
    const backends = [line, other].map(({ url }) =>
      createRemoteBackend({ address: parseComfyAddress(url) }),
    )
    const pool = new BackendPool(backends)
    const comfy = await comfyRender({ seconds: SECONDS, request: SMALL, engine: { pool } })
    const rendering = comfy.render({
      found: null,
      onProgress({ stage }) {
        if (stage === 'sampling' && comfy.kept.length === 1) line.cut()
      },
    })
    await expect(rendering).resolves.toMatchObject({ windows: { needed: 2, rendered: 3 } })
    const [first] = comfy.kept
    const [lost] = comfy.kept.at(-1)!.lost!
    expect(lost).toMatchObject({ backend: first!.backend, id: first!.id, prompts: first!.prompts })
    expect(away.control.queueLength()).toBe(1)

    line.mend()
    const { engine, seed } = first!
    await comfy.engine.abandon({ engine, seed, ...lost! }, AbortSignal.timeout(60_000))
    await vi.waitFor(() => expect(away.control.queueLength()).toBe(0), { timeout: 60_000 })
    expect(away.control.historyIds()).toEqual([])
  })
})
