// A ComfyUI that is away when a render needs it, as one is for a minute when it is started again.
import { describe, expect, it, onTestFinished } from 'vitest'
import type { EngineNews } from '../../src/engines/comfyui/engine-news.ts'
import { comfyRender } from '../comfyui/comfy-render.ts'
import { freePort } from '../comfyui/standin/free-port.ts'
import { startStandIn } from '../comfyui/standin/stand-in.ts'
import { describeWith } from '../support/requires.ts'
import { startTestHub } from '../support/test-hub.ts'

async function impatientRender(waitMs: number) {
  const news: EngineNews[] = []
  const onNews = (one: EngineNews): void => void news.push(one)
  const comfy = await comfyRender({ engine: { patience: { waitMs, onNews } } })
  return { comfy, news }
}

describe('a ComfyUI that is away', () => {
  it('14.6: is waited for, which is told, and renders once it is back', async () => {
    const { comfy, news } = await impatientRender(60_000)
    await comfy.standIn.control.die(null)
    const rendering = comfy.render()
    await expect.poll(() => news.length).toBe(1)
    expect(news[0]).toMatchObject({ type: 'engine.waiting', waitMs: 60_000 })
    expect(news[0]).toHaveProperty('detail', expect.stringContaining('ECONNREFUSED'))
    expect(comfy.progress.at(-1)?.stage).toBe('waiting')
    await comfy.standIn.control.die(0)
    await rendering
    expect(news.map(({ type }) => type)).toEqual(['engine.waiting', 'engine.ready'])
  })

  it('14.6: is given up after the time, by the name of the setting', async () => {
    const { comfy } = await impatientRender(300)
    await comfy.standIn.control.die(null)
    await expect(comfy.render()).rejects.toMatchObject({
      code: 'engine_unreachable',
      detail: expect.stringMatching(/ECONNREFUSED.* It was waited for .*COMFYUI_WAIT/),
    })
  })

  it('14.6: is not waited for where it answers and lets nobody in', async () => {
    const { comfy, news } = await impatientRender(60_000)
    comfy.standIn.control.setFaults({ authorization: 'Bearer key' })
    await expect(comfy.render()).rejects.toMatchObject({ code: 'engine_unreachable' })
    expect(news).toEqual([])
  })

  it('14.6: is not waited for any longer than the job lives', async () => {
    const { comfy, news } = await impatientRender(60_000)
    await comfy.standIn.control.die(null)
    const giving = new AbortController()
    const rendering = comfy.render({ signal: giving.signal })
    await expect.poll(() => news.length).toBe(1)
    giving.abort()
    await expect(rendering).rejects.toMatchObject({ code: 'canceled' })
  })

  it('14.6: has crashed when it goes away between its first answer and the upload: a hub tries again', async () => {
    const goAway = async (): Promise<null> => {
      await comfy.standIn.control.die(null)
      return null
    }
    const comfy = await comfyRender({ engine: { chooseAttention: goAway } })
    await expect(comfy.render()).rejects.toMatchObject({
      code: 'engine_crashed',
      detail: expect.stringContaining('cannot be reached'),
    })
  })
})

const NDJSON = { accept: 'application/x-ndjson' }

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'a hub whose ComfyUI is away', () => {
  it('14.6, 14.29: waits with the job, renders at the first attempt, and logs each stage once and each long node', async () => {
    const port = await freePort()
    await using hub = await startTestHub({ env: { COMFYUI_URL: `http://127.0.0.1:${port}` } })
    const id = await hub.submit({ engine: 'comfyui', width: 64, height: 64 })
    const typesOf = (): readonly string[] => hub.events.map(({ type }) => type)
    await expect.poll(typesOf, { timeout: 20_000 }).toContain('engine.waiting')
    const comfyui = await startStandIn({ port, msPerStep: 250 })
    onTestFinished(() => comfyui.close())
    expect(await hub.ended(id)).toMatchObject({ status: 'succeeded', attempt: 1 })
    expect(typesOf()).toContain('engine.ready')
    const stages = hub.events.flatMap((event) => (event.type === 'job.stage' ? [event.stage] : []))
    expect(stages).toEqual([...new Set(stages)])
    expect(stages).toEqual(expect.arrayContaining(['loading_models', 'analysing', 'sampling']))
    const nodes = hub.events.filter((event) => event.type === 'job.node')
    expect(nodes).toContainEqual(
      expect.objectContaining({ jobId: id, nodeId: '128', nodeClass: 'WanVideoSampler' }),
    )
    expect(nodes.filter(({ durationMs }) => durationMs < 1000)).toEqual([])
    const kept = await hub.fetch(`/v1/jobs/${id}/events`, { headers: NDJSON })
    const events = (await kept.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const shown = events.filter(({ type }) => type === 'node')
    expect(shown).toHaveLength(nodes.length)
    expect(shown).toContainEqual(
      expect.objectContaining({ attempt: 1, node: { id: '128', type: 'WanVideoSampler' } }),
    )
  }, 60_000)
})
