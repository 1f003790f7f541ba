// The choices shown before a request is made, and a retry that differs in its seed.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BackendList, EngineList, FaceList } from '@infinitetalk/contract'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../support/run-infinitetalk.ts'
import { json, startTestHub } from '../support/test-hub.ts'

async function pictureOf(name: string): Promise<string> {
  return (await readFile(join(ROOT, 'examples', name))).toString('base64')
}

describe('engines', () => {
  it('are listed with what each can do and which one is taken by default', async () => {
    await using hub = await startTestHub({ env: { INFINITETALK_ENGINE: 'preview' } })
    const { data } = (await (await hub.fetch('/v1/engines')).json()) as EngineList
    const [preview] = data
    expect(preview).toMatchObject({ name: 'preview', default: true, ready: true, max_speakers: 2 })
    expect(preview?.input_types).toEqual(['image'])
    expect(preview?.windowing).toBeNull()
    expect(preview?.options).toContain('seed')
  })
})

describe('backends', () => {
  it('are none where no ComfyUI is configured', async () => {
    await using hub = await startTestHub()
    const answer = await hub.fetch('/v1/backends')
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ object: 'list', data: [] })
    // Nobody else renders for a hub that is alone on its database.
    const workers = await hub.fetch('/v1/workers')
    expect(await workers.json()).toEqual({ object: 'list', data: [] })
  })

  it('are named by their address, without the password in it, also when nothing answers there', async () => {
    const COMFYUI_URL = 'http://me:secret@127.0.0.1:9,http://127.0.0.1:10'
    await using hub = await startTestHub({ env: { COMFYUI_URL } })
    const text = await (await hub.fetch('/v1/backends')).text()
    expect(text).not.toContain('secret')
    expect((JSON.parse(text) as BackendList).data).toMatchObject([
      { engine: 'comfyui', name: 'http://127.0.0.1:9', state: 'unavailable', gpu: null },
      { engine: 'comfyui', name: 'http://127.0.0.1:10', state: 'unavailable', version: null },
    ])
  })
})

describe('faces', () => {
  it('are found in a picture, the largest first, in its pixels', async () => {
    await using hub = await startTestHub()
    const picture = { image: { base64: await pictureOf('two-people.png') } }
    const answer = await hub.fetch('/v1/faces', json(picture))
    const { data, width, height } = (await answer.json()) as FaceList
    expect(data).toHaveLength(2)
    for (const { box, refusal } of data) {
      const [x, y, w, h] = box
      expect(refusal).toBeNull()
      expect(x).toBeGreaterThanOrEqual(0)
      expect(x + w).toBeLessThanOrEqual(width)
      expect(y + h).toBeLessThanOrEqual(height)
    }
  })

  it('of what is no picture are an error with its place, and nothing stays behind', async () => {
    await using hub = await startTestHub()
    const sound = { image: { base64: await pictureOf('speech.wav') } }
    const answer = await hub.fetch('/v1/faces', json(sound))
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({
      code: 'image_unsupported',
      detail: expect.stringMatching(/^The image is /),
      pointer: '/image',
    })
    const missing = await hub.fetch('/v1/faces', json({ image: { url: 'http://127.0.0.1/' } }))
    expect(missing.status).toBe(422)
  })
})

describe('a retry with another seed', () => {
  it('has that seed, whatever the first one had', async () => {
    await using hub = await startTestHub()
    const id = await hub.submit({ seed: 1 })
    await hub.ended(id)
    const answer = await hub.fetch(`/v1/jobs/${id}/retry`, json({ seed: 7 }))
    expect(await answer.json()).toMatchObject({ retry_of: id, input: { seed: 7 } })
  })

  it('is not the same request as one without, under the same key', async () => {
    await using hub = await startTestHub()
    const id = await hub.submit({ seed: 1 })
    await hub.ended(id)
    const key = { 'idempotency-key': 'once-more' }
    const retry = (body: unknown) => hub.fetch(`/v1/jobs/${id}/retry`, json(body, key))
    expect((await retry({ seed: 7 })).status).toBe(202)
    expect(await (await retry({ seed: 8 })).json()).toMatchObject({
      code: 'idempotency_key_reused',
    })
  })
})
