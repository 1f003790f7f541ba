// Renders that are canceled: wherever they are, nothing runs on, and nothing is left of them in ComfyUI.
import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/domain/errors.ts'
import { type ComfyRender, comfyRender, inputSizes } from '../comfyui/comfy-render.ts'

async function expectNothingLeft(comfy: ComfyRender): Promise<void> {
  expect(comfy.standIn.control.queueLength()).toBe(0)
  expect(comfy.standIn.control.historyIds()).toEqual([])
  expect(comfy.standIn.control.openSockets()).toBe(0)
  for (const bytes of await inputSizes(comfy)) expect(bytes).toBe(0)
}

function cancelAt(stage: string, abort: () => void) {
  return {
    onProgress: (progress: { readonly stage: string }) =>
      void (progress.stage === stage && abort()),
  }
}

describe('a render that is canceled', () => {
  it.each(['loading_models', 'sampling', 'decoding', 'saving'])(
    'fault 104: at the stage "%s" is gone from ComfyUI',
    async (stage) => {
      const comfy = await comfyRender({ standIn: { msPerStep: 30 } })
      const canceling = new AbortController()
      const cancel = () => canceling.abort(new AppError('canceled', 'Canceled.'))
      const rendering = comfy.render({ signal: canceling.signal, ...cancelAt(stage, cancel) })
      await expect(rendering).rejects.toMatchObject({ code: 'canceled' })
      await expectNothingLeft(comfy)
    },
  )

  it('fault 104: while it waits behind others is taken out of the queue, and interrupts nobody', async () => {
    const comfy = await comfyRender({ standIn: { faults: { foreignPromptsMs: [1500] } } })
    const canceling = new AbortController()
    const rendering = comfy.render({ signal: canceling.signal })
    const ended = expect(rendering).rejects.toMatchObject({ code: 'canceled' })
    await expect.poll(() => comfy.standIn.control.queueLength()).toBe(2)
    canceling.abort()
    await ended
    expect(comfy.standIn.control.queueLength()).toBe(1)
    expect(comfy.standIn.count('POST', '/interrupt')).toBe(0)
  })

  it('fault 104: while its inputs are sent never reaches the queue', async () => {
    const comfy = await comfyRender()
    const canceling = new AbortController()
    const rendering = comfy.render({ signal: canceling.signal })
    const ended = expect(rendering).rejects.toMatchObject({ code: 'canceled' })
    await expect.poll(() => comfy.standIn.count('POST', '/upload/image'), { interval: 1 }).toBe(1)
    canceling.abort()
    await ended
    expect(comfy.standIn.count('POST', '/prompt')).toBe(0)
    await expectNothingLeft(comfy)
  })

  it('fault 104: in the moment it succeeds is canceled, or has succeeded, and nothing else', async () => {
    for (const delayMs of [0, 3, 10, 30]) {
      const comfy = await comfyRender({ standIn: { historyLagMs: 8 } })
      const canceling = new AbortController()
      let timer: NodeJS.Timeout | undefined
      const onProgress = ({
        stage,
        done,
        total,
      }: {
        stage: string
        done: number
        total: number
      }) => {
        if (stage !== 'decoding' || done < total || total === 0) return
        timer ??= setTimeout(() => canceling.abort(), delayMs)
      }
      const [outcome] = await Promise.allSettled([
        comfy.render({ signal: canceling.signal, onProgress }),
      ])
      clearTimeout(timer)
      if (outcome.status === 'rejected') {
        expect(outcome.reason).toMatchObject({ code: 'canceled' })
      }
      await expectNothingLeft(comfy)
    }
  })

  it('fault 104: before it began asks for nothing', async () => {
    const comfy = await comfyRender()
    await expect(comfy.render({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'canceled',
    })
    expect(comfy.standIn.requests).toEqual([])
  })

  it('fault 104: is ended although the caller could have gone on with it', async () => {
    const comfy = await comfyRender({ standIn: { msPerStep: 30 } })
    const canceling = new AbortController()
    const rendering = comfy.render({
      signal: canceling.signal,
      found: null,
      ...cancelAt('sampling', () => canceling.abort(new AppError('canceled', 'Canceled.'))),
    })
    await expect(rendering).rejects.toMatchObject({ code: 'canceled' })
    await expectNothingLeft(comfy)
  })
})
