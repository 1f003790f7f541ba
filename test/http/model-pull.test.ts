// The hub pulls model files by itself, from a server of the test: with progress, cancel and resumption.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient } from '@infinitetalk/client'
import type { ModelPullResource } from '@infinitetalk/contract'
import { expect, it } from 'vitest'
import { startModelServer } from '../support/model-server.ts'
import { createTestFolder } from '../support/test-folder.ts'
import { startTestHub } from '../support/test-hub.ts'
import { TestModel } from '../support/test-model.ts'

const MODEL = new TestModel(1_000_011)

async function startHubWithModels(connectionBytesPerSecond: number) {
  const files = await createTestFolder()
  const server = await startModelServer({
    models: { 'a.safetensors': MODEL },
    connectionBytesPerSecond,
  })
  const model = {
    ...{ name: 'a', role: 'vae', file: 'a.safetensors', folder: 'vae', licence: 'MIT', graphs: [] },
    ...{ sets: ['mine'], source: { repo: 'maker/models', path: 'a.safetensors' } },
  }
  const manifest = files.path('manifest.json')
  await writeFile(manifest, JSON.stringify({ version: 1, models: [model] }))
  const hub = await startTestHub({
    env: {
      HF_ENDPOINT: server.endpoint,
      INFINITETALK_MODELS_MANIFEST: manifest,
      INFINITETALK_MODELS_DIR: files.path('models'),
    },
  })
  const client = createClient({
    baseUrl: hub.url,
    fetch: (url, init) => hub.fetch(pathOf(url), init),
  })
  const until = async (done: (pull: ModelPullResource) => boolean): Promise<ModelPullResource> => {
    for (;;) {
      const pull = await client.modelPull()
      if (done(pull)) return pull
      await new Promise((resume) => setImmediate(resume))
    }
  }
  return { hub, server, client, until, target: join(files.path('models'), 'vae/a.safetensors') }
}

function pathOf(url: unknown): string {
  const { pathname, search } = new URL(String(url))
  return `${pathname}${search}`
}

it('a hub pulls models once at a time, keeps what arrived when canceled, and resumes', async () => {
  const { hub, server, client, until, target } = await startHubWithModels(400_000)
  await using _hub = hub
  await using _server = server
  expect(await client.modelPull()).toMatchObject({ status: 'idle', files: [] })
  await expect(client.pullModels({ sets: ['none'] })).rejects.toMatchObject({
    code: 'invalid_request',
  })
  expect(await client.pullModels({ models: ['a'] })).toMatchObject({
    status: 'running',
    models: ['a'],
  })
  await expect(client.pullModels({ models: ['a'] })).rejects.toMatchObject({ code: 'models_busy' })
  await until(({ files, total_bytes }) => total_bytes > 0 && (files[0]?.done_bytes ?? 0) > 0)
  await client.cancelModelPull()
  expect(await until(({ finished_at }) => finished_at !== null)).toMatchObject({
    status: 'canceled',
    error: null,
  })
  const partial = (await client.models()).data.find(({ name }) => name === 'a')
  expect(partial).toMatchObject({ state: 'partial' })
  const before = server.bodyBytes
  await client.pullModels({ models: ['a'] })
  expect(await until(({ finished_at }) => finished_at !== null)).toMatchObject({
    status: 'succeeded',
    pulled: ['a'],
  })
  expect(server.bodyBytes - before).toBeLessThan(MODEL.bytes)
  expect((await readFile(target)).equals(MODEL.read(0, MODEL.bytes))).toBe(true)
})

it('a hub says why it could not pull a model', async () => {
  const { hub, server, client, until } = await startHubWithModels(1e9)
  await using _hub = hub
  await using _server = server
  server.models = {}
  await client.pullModels({ models: ['a'] })
  const pull = await until(({ finished_at }) => finished_at !== null)
  expect(pull.status).toBe('failed')
  expect(pull.failures).toMatchObject([{ model: 'a' }])
  expect(pull.error?.code).toMatch(/^model_/)
})
