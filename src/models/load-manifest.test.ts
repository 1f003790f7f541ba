import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GRAPH_NAMES } from '@infinitetalk/contract'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../../test/support/run-infinitetalk.ts'
import { createTestFolder } from '../../test/support/test-folder.ts'
import { chooseModels } from './choose-models.ts'
import { loadCatalogue } from './load-manifest.ts'

const shipped = await loadCatalogue(null)
const choose = (...sets: string[]) => chooseModels({ sets, names: [] }, shipped)

async function overlay(manifest: unknown) {
  const path = (await createTestFolder()).path('manifest.json')
  await writeFile(path, typeof manifest === 'string' ? manifest : JSON.stringify(manifest))
  return loadCatalogue(path)
}

const OWN = {
  name: 'my-lora',
  role: 'lora',
  file: 'mine.safetensors',
  folder: 'loras/mine',
  source: { url: 'https://models.example/mine.safetensors' },
  licence: 'MIT',
  sets: ['mine'],
  graphs: [],
}

describe('the shipped list of models', () => {
  it('has in its sets every file that the shipped graphs name', async () => {
    const files = await readdir(join(ROOT, 'workflows'))
    const graphs = files.filter((file) => GRAPH_NAMES.some((name) => file === `${name}.json`))
    expect(graphs).toHaveLength(GRAPH_NAMES.length)
    for (const graph of graphs) {
      const text = await readFile(join(ROOT, 'workflows', graph), 'utf8')
      const named = text.match(/[\w.-]+\.(safetensors|gguf)/g) ?? []
      const isMulti = graph.includes('multi')
      const set = graph.includes('window')
        ? isMulti
          ? 'native-multi'
          : 'native'
        : isMulti
          ? 'multi'
          : 'single'
      const pulled = choose(set).map(({ file }) => file)
      expect(named.length, graph).toBeGreaterThan(0)
      expect(pulled, graph).toEqual(expect.arrayContaining(named))
    }
  })

  it('mixes no GGUF with safetensors in a set, and names only models that it has', () => {
    const names = shipped.models.map(({ name }) => name)
    for (const model of shipped.models) {
      expect(names).toEqual(expect.arrayContaining([...model.alternatives, ...model.notWith]))
    }
    for (const set of Object.keys(shipped.sets)) {
      const chosen = choose(set)
      const forbidden = new Set(chosen.flatMap(({ notWith }) => notWith))
      expect(chosen.filter(({ name }) => forbidden.has(name))).toEqual([])
    }
  })

  it('says of every size whether it is exact, and pins what it knows exactly', () => {
    for (const model of shipped.models) {
      expect(model.bytes === undefined, model.name).toBe(model.sha256 === undefined)
    }
  })
})

describe('a list of models of the user', () => {
  it('adds models, replaces ours by name, and may bring sets', async () => {
    const vae = { ...OWN, name: 'wan-vae-bf16', role: 'vae', sets: ['single'] }
    const catalogue = await overlay({
      version: 1,
      sets: { mine: 'My own.' },
      models: [OWN, { ...vae, file: 'v.pth' }],
    })
    expect(catalogue.models.length).toBe(shipped.models.length + 1)
    expect(catalogue.models.find(({ name }) => name === 'wan-vae-bf16')?.file).toBe('v.pth')
    expect(chooseModels({ sets: ['mine'], names: [] }, catalogue)).toMatchObject([
      { name: 'my-lora' },
    ])
    expect(catalogue.sets).toMatchObject({ mine: 'My own.', single: expect.any(String) })
  })

  it.each([
    ['text', 'not JSON'],
    ['another version', { version: 2, models: [] }],
    ['an unknown member', { version: 1, models: [{ ...OWN, md5: 'x' }] }],
    ['a way out', { version: 1, models: [{ ...OWN, folder: '../../etc' }] }],
    ['a file: URL', { version: 1, models: [{ ...OWN, source: { url: 'file:///etc/passwd' } }] }],
    ['the same name twice', { version: 1, models: [OWN, OWN] }],
    ['the same file twice', { version: 1, models: [OWN, { ...OWN, name: 'other' }] }],
    ['two sizes', { version: 1, models: [{ ...OWN, bytes: 1, approximateBytes: 1 }] }],
  ])('is refused with %s', async (_what, manifest) => {
    await expect(overlay(manifest)).rejects.toMatchObject({ code: 'manifest_invalid' })
  })

  it('says where it is wrong', async () => {
    const broken = { version: 1, models: [OWN, { ...OWN, name: 'b', file: '../b' }] }
    await expect(overlay(broken)).rejects.toMatchObject({
      detail: expect.stringContaining('models.1.file: must be a plain name'),
    })
  })
})

describe('choosing', () => {
  it('proposes what was meant', () => {
    expect(() => choose('sinlge')).toThrow(/Did you mean "single"/)
    expect(() => chooseModels({ sets: [], names: ['wan-vea'] }, shipped)).toThrow(/Did you mean/)
  })

  it('takes all, or single models by name or file', () => {
    expect(choose('all')).toEqual(shipped.models)
    const names = ['clip_vision_h.safetensors', 'wan-vae']
    const chosen = chooseModels({ sets: ['single'], names }, shipped)
    expect(chosen.map(({ name }) => name)).toEqual(['wan-vae', 'clip-vision-h'])
  })
})
