// The models commands as a person and as a program use them, against a server of the test's own.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ModelServer, startModelServer } from '../support/model-server.ts'
import { createSandbox, type RunOptions, type Sandbox } from '../support/run-infinitetalk.ts'
import { TestModel } from '../support/test-model.ts'

const MODEL = new TestModel(6_000_011)

let sandbox: Sandbox
let server: ModelServer

beforeEach(async () => {
  sandbox = await createSandbox()
  server = await startModelServer({
    models: { 'a.safetensors': MODEL, 'b.safetensors': MODEL },
    connectionBytesPerSecond: 2_000_000,
  })
  const models = ['a', 'b'].map((name) => ({
    ...{ name, role: 'vae', file: `${name}.safetensors`, folder: 'vae', licence: 'MIT' },
    ...{
      sets: ['mine'],
      graphs: [],
      source: { repo: 'maker/models', path: `${name}.safetensors` },
    },
  }))
  await writeFile(join(sandbox.folder, 'manifest.json'), JSON.stringify({ version: 1, models }))
})
afterEach(async () => {
  await sandbox[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

const run = (words: readonly string[], options: RunOptions = {}) =>
  sandbox.run(['models', ...words], {
    ...options,
    env: {
      HF_ENDPOINT: server.endpoint,
      HF_TOKEN: 'hf_very_secret',
      INFINITETALK_MODELS_MANIFEST: 'manifest.json',
      INFINITETALK_MODELS_DIR: 'models',
      ...options.env,
    },
  })
const PULL = ['pull', '--set', 'mine']

describe('infinitetalk models', () => {
  it('pulls, lists, verifies and removes', async () => {
    const pulled = await run(PULL)
    expect(pulled).toMatchObject({ code: 0 })
    expect(pulled.stderr).toContain('Downloading 2 files, 12.0 MB')
    expect(pulled.stderr).toContain('✅ a.safetensors, 6.0 MB, verified')
    expect(pulled.stdout).toMatch(/✅ .*\/models: 2 pulled \(12\.0 MB\), 0 /)
    const bytes = await readFile(join(sandbox.folder, 'models/vae/a.safetensors'))
    expect(bytes.equals(MODEL.read(0, MODEL.bytes))).toBe(true)
    const listed = await run(['list', '--set', 'mine', '--json'])
    expect(listed.events()).toMatchObject([
      { event: 'model', name: 'a', state: 'present', sha256: MODEL.sha256 },
      { event: 'model', name: 'b', state: 'present' },
    ])
    expect((await run(['rm', 'b'])).code).toBe(0)
    const verified = await run(['verify', '--deep', '--set', 'mine'])
    expect(verified.code).toBe(1)
    expect(verified.stdout).toMatch(/a +6\.0 MB {2}verified/)
    expect(verified.stderr).toContain('model_missing')
  })

  it('tells a program everything, one object a line, and never the token', async () => {
    const { code, stdout, stderr, events } = await run([...PULL, '--json'])
    expect(code).toBe(0)
    const seen = events()
    expect(seen.find(({ event }) => event === 'planned')).toMatchObject({
      files: 2,
      bytes: 2 * MODEL.bytes,
    })
    expect(seen.some(({ event }) => event === 'progress')).toBe(true)
    expect(seen.at(-1)).toMatchObject({
      event: 'result',
      pulled: 2,
      received_bytes: 2 * MODEL.bytes,
    })
    expect(stdout + stderr).not.toContain('secret')
  })

  it('keeps what it has when it is interrupted, says so, and goes on from there', async () => {
    const interrupted = await run([...PULL, '--json'], {
      onOutput: (stdout, kill) => {
        const last = stdout.trim().split('\n').at(-1) ?? ''
        if (last.includes('"downloading"') && server.bodyBytes > MODEL.bytes) kill('SIGINT')
      },
    })
    expect(interrupted.code).toBe(130)
    expect(interrupted.events().at(-1)).toMatchObject({
      event: 'error',
      code: 'canceled',
    })
    // Bytes on their way at the interruption are lost, and how many depends on the machine: so only the second run is counted.
    const sentBefore = server.bodyBytes
    expect((await run(PULL)).code).toBe(0)
    expect(server.bodyBytes - sentBefore).toBeLessThan(2 * MODEL.bytes)
  })

  it('links the folder to a ComfyUI', async () => {
    const comfyui = join(sandbox.folder, 'ComfyUI')
    await mkdir(comfyui)
    await writeFile(join(comfyui, 'main.py'), '')
    expect((await run(['link', '--comfyui-dir', 'ComfyUI'])).code).toBe(0)
    const yaml = await readFile(join(comfyui, 'extra_model_paths.yaml'), 'utf8')
    expect(yaml).toContain('diffusion_models: diffusion_models')
  })

  it.each([
    [['pull', '--set', 'mien'], 'Did you mean "mine"?'],
    [['rm', 'c'], 'There is no model "c".'],
    [['puul'], 'Did you mean "models pull"?'],
    [['link'], 'needs --comfyui-dir'],
  ])('ends %j with 2 and what was meant', async (words, text) => {
    const { code, stderr } = await run(words)
    expect(code).toBe(2)
    expect(stderr).toContain(text)
  })
})
