// A hub describes itself.
import { mkdir, writeFile } from 'node:fs/promises'
import {
  type JobResource,
  type ModelList,
  openApiDocument,
  type StorageResource,
} from '@infinitetalk/contract'
import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts'
import { createTestFolder } from '../support/test-folder.ts'
import { startTestHub } from '../support/test-hub.ts'

describe('a hub', () => {
  it('tells every limit, as it is configured', async () => {
    await using hub = await startTestHub({
      works: false,
      env: { INFINITETALK_LIMIT_AUDIO_MAX_SECONDS: '42' },
    })
    const { limits } = (await (await hub.fetch('/v1/limits')).json()) as {
      limits: Record<string, number>
    }
    expect(Object.keys(limits)).toHaveLength(Object.keys(DEFAULT_LIMITS).length)
    expect(limits).toMatchObject({ audio_max_seconds: 42, image_max_bytes: 20_000_000 })
  })

  it('lists the model files and which of them are there, by no path of the machine', async () => {
    const folder = await createTestFolder()
    await mkdir(folder.path('models/vae'), { recursive: true })
    await writeFile(folder.path('models/vae/wan_2.1_vae.safetensors'), 'cut off')
    await using hub = await startTestHub({
      works: false,
      env: { INFINITETALK_MODELS_DIR: folder.path('models') },
    })
    const text = await (await hub.fetch('/v1/models')).text()
    const { data } = JSON.parse(text) as ModelList
    const stateOf = (name: string) => data.find((model) => model.name === name)?.state
    expect(stateOf('wan-vae')).toBe('wrong_size')
    expect(stateOf('umt5-xxl-bf16')).toBe('missing')
    expect(text).not.toContain(folder.path(''))
  })

  it('is alive, and ready when it can work', async () => {
    await using hub = await startTestHub()
    expect(await (await hub.fetch('/livez')).json()).toEqual({
      status: 'alive',
      version: '0.0.0-test',
    })
    expect(await (await hub.fetch('/readyz')).json()).toMatchObject({ status: 'ready' })
  })

  it('is alive but not ready when its disk is full', async () => {
    await using hub = await startTestHub({
      env: { INFINITETALK_LIMIT_DISK_RESERVE_BYTES: '1000000GB' },
    })
    expect((await hub.fetch('/livez')).status).toBe(200)
    const response = await hub.fetch('/readyz')
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ status: 'not_ready', disk: { ready: false } })
  })

  it('says how much it keeps, and what bounds that', async () => {
    await using hub = await startTestHub({
      env: { INFINITETALK_LIMIT_RETENTION_MS: '2h', INFINITETALK_LIMIT_UPLOAD_LIFE_MS: '1h' },
    })
    const job = (await hub.ended(await hub.submit())) as unknown as JobResource
    const storage = (await (await hub.fetch('/v1/storage')).json()) as StorageResource
    expect(storage).toMatchObject({ retention_s: 7200, upload_life_s: 3600, files: 4 })
    const { image, audio } = job.input as Record<string, { bytes: number }>
    const poster = await (await hub.fetch(`/v1/jobs/${job.id}/poster`)).arrayBuffer()
    const parts = [image!.bytes, audio!.bytes, job.output!.video.bytes, poster.byteLength]
    expect(storage.used_bytes).toBe(parts.reduce((sum, each) => sum + each, 0))
    expect(storage.free_bytes).toBeGreaterThan(storage.reserve_bytes)
  })

  it('describes its API with its own limits', async () => {
    await using hub = await startTestHub({
      works: false,
      env: { INFINITETALK_LIMIT_PROMPT_MAX_CHARS: '7' },
    })
    const document = await (await hub.fetch('/openapi.json')).json()
    const bounds = { ...DEFAULT_LIMITS, promptMaxChars: 7 }
    expect(document).toEqual(openApiDocument({ version: '0.0.0-test', bounds }))
  })

  it('has a page about it that loads nothing', async () => {
    await using hub = await startTestHub({ works: false })
    const response = await hub.fetch('/docs')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    const page = await response.text()
    expect(page).toContain('/v1/jobs/{job_id}/video')
    expect(page).not.toMatch(/<script|src=|@import|url\(/)
  })

  it('measures what it does', async () => {
    await using hub = await startTestHub()
    await hub.ended(await hub.submit())
    const text = await (await hub.fetch('/metrics')).text()
    expect(text).toMatch(
      /infinitetalk_jobs_ended_total\{engine="noop",status="succeeded",code=""\} 1/,
    )
    expect(text).toMatch(
      /infinitetalk_http_request_seconds_count\{operation="createJob",status="202"\} 1/,
    )
  })
})
