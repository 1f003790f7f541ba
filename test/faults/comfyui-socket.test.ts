// The socket is a hint: whatever it does, a render that ComfyUI completes is completed here.
import { describe, expect, it } from 'vitest'
import { comfyRender } from '../comfyui/comfy-render.ts'
import type { SocketStage } from '../comfyui/standin/faults.ts'

const STAGES: readonly SocketStage[] = [
  'open',
  'execution_start',
  'weights',
  'sampling',
  'combining',
  'success',
]

describe('a socket', () => {
  it.each(['refused', 'never'] as const)('fault 93: that is %s costs no render', async (socket) => {
    const comfy = await comfyRender({ standIn: { faults: { socket } } })
    await comfy.render()
    expect(comfy.progress.map(({ stage }) => stage)).toContain('loading_models')
  })

  it.each(STAGES)('fault 94: that drops at the stage "%s" is opened again', async (stage) => {
    const standIn = { faults: { dropSocketsAt: stage }, msPerStep: 20, msPerWindow: 30 }
    const comfy = await comfyRender({ standIn })
    await comfy.render()
    const opened = comfy.standIn.count('WS', '/ws')
    expect(opened).toBeGreaterThanOrEqual(stage === 'success' ? 1 : 2)
    if (stage === 'weights') {
      expect(comfy.progress.findLast(({ stage }) => stage === 'sampling')?.done).toBe(6)
    }
  })

  it.each(STAGES.slice(1, 4))(
    'fault 95: that is half open since the stage "%s" is noticed by its pings',
    async (stage) => {
      const standIn = { faults: { freezeSocketsAt: stage }, msPerStep: 100 }
      const socketTimes = { pingEveryMs: 20, deadAfterMs: 150 }
      const comfy = await comfyRender({ standIn, socketTimes })
      await comfy.render()
      expect(comfy.standIn.count('WS', '/ws')).toBeGreaterThanOrEqual(2)
    },
  )

  it('fault 96: that says nothing costs no render', async () => {
    const comfy = await comfyRender({ standIn: { faults: { socket: 'silent' } } })
    await comfy.render()
    expect(comfy.progress.map(({ stage }) => stage)).not.toContain('sampling')
  })

  it('fault 96: that went deaf is replaced before the render counts as stalled', async () => {
    const standIn = { faults: { socket: 'silent' }, msPerStep: 300 } as const
    const comfy = await comfyRender({
      standIn,
      times: { stallMs: 1600, loadingStallMs: 1600 },
      socketTimes: { deadAfterMs: 10_000 },
    })
    const rendering = comfy.render({
      onProgress: ({ stage }) => {
        if (stage === 'loading_models') comfy.standIn.control.setFaults({})
      },
    })
    await rendering
    expect(comfy.standIn.count('WS', '/ws')).toBe(2)
    expect(comfy.progress.findLast(({ stage }) => stage === 'sampling')?.done).toBe(6)
  })

  it('fault 98: full of noise, broken JSON, previews and news of other prompts tells the truth', async () => {
    const comfy = await comfyRender({ standIn: { faults: { noise: true } }, seconds: 4.5 })
    await comfy.render()
    const done = comfy.progress.filter(({ stage }) => stage === 'sampling').map(({ done }) => done)
    expect(done).toEqual([...new Set(done)].toSorted((a, b) => a - b))
    expect(done.at(-1)).toBe(12)
    expect(comfy.standIn.count('WS', '/ws')).toBe(1)
  })
})
