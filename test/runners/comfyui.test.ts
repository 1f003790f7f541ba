// The runner of Beam with ComfyUI behind it, which is how it is deployed: a queued task and a call, sampled by a stand-in of ComfyUI.
import { expect, it, onTestFinished, vi } from 'vitest'
import { startStandIn } from '../comfyui/standin/stand-in.ts'
import { describeWith } from '../support/requires.ts'
import { DEADLINE_MS, openBeam } from './live-beam.ts'

const SIZE = { width: 64, height: 64, max_frames: 10 }

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'the runner with ComfyUI', () => {
  it(
    'renders a queued task, and another one for a caller who waits',
    async () => {
      const comfyui = await startStandIn({})
      onTestFinished(() => comfyui.close())
      const env = { COMFYUI_URL: comfyui.url }
      const beam = await openBeam()
      await beam.start('taskqueue', { env })
      await beam.start('endpoint', { env })
      const task = await beam.submit(SIZE)
      expect(await beam.ended(task)).toMatchObject({
        status: 'COMPLETE',
        result: { engine: 'comfyui', frames: 10 },
      })
      await beam.endpointReady()
      const answer = await beam.call({ ...SIZE, seed: 2 })
      expect(await answer.json()).toMatchObject({ video: expect.any(String) })
      expect(comfyui.count('POST', '/prompt')).toBe(2)
    },
    DEADLINE_MS,
  )

  it(
    'interrupts what ComfyUI samples for a task that is canceled, and takes the next one',
    async () => {
      const comfyui = await startStandIn({ msPerStep: 2000 })
      onTestFinished(() => comfyui.close())
      const beam = await openBeam()
      const container = await beam.start('taskqueue', { env: { COMFYUI_URL: comfyui.url } })
      const task = await beam.submit(SIZE)
      await container.logged(/^sampling/)
      await beam.cancel(task)
      await container.logged(/^The render ended \(job_canceled\)/)
      await vi.waitFor(() => expect(comfyui.control.queueLength()).toBe(0))
      expect(comfyui.count('POST', '/interrupt')).toBeGreaterThan(0)
      expect(task).toMatchObject({ status: 'CANCELLED', completes: 0 })
      expect(beam.gateway.outputsOf(task)).toEqual([])
    },
    DEADLINE_MS,
  )
})
