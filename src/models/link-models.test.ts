import { mkdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import { modelEntry, testLibrary } from '../../test/support/model-pull.ts'
import { createTestFolder, type TestFolder } from '../../test/support/test-folder.ts'

let folder: TestFolder
const models = ['a', 'b', 'c', 'd', 'e'].map((name) => modelEntry(`${name}.bin`))
const library = () =>
  testLibrary({ folder: folder.path('models'), endpoint: 'http://127.0.0.1:9', models })
const comfy = (name: string): string => folder.path(`comfy/${name}`)
const ours = (name: string): string => folder.path(`models/vae/${name}`)

beforeEach(async () => {
  folder = await createTestFolder()
  await mkdir(folder.path('models/vae'), { recursive: true })
  await mkdir(comfy('models/vae'), { recursive: true })
  await writeFile(comfy('main.py'), '')
})

const link = (how: 'yaml' | 'symlinks') =>
  library().link({ comfyuiFolder: folder.path('comfy'), how })

describe('linking by extra_model_paths.yaml', () => {
  it('writes it where ComfyUI reads it by itself, and again over its own', async () => {
    for (let time = 0; time < 2; time += 1) {
      const result = await link('yaml')
      expect(result).toMatchObject({ yamlPath: comfy('extra_model_paths.yaml'), automatic: true })
    }
    expect(await readFile(comfy('extra_model_paths.yaml'), 'utf8')).toBe(
      [
        '# Written by "infinitetalk models link".',
        'infinitetalk:',
        `  base_path: "${folder.path('models')}"`,
        '  vae: vae',
        '',
      ].join('\n'),
    )
  })

  it("keeps the user's own, and writes beside it", async () => {
    await writeFile(comfy('extra_model_paths.yaml'), 'mine: {}\n')
    const result = await link('yaml')
    expect(result).toMatchObject({
      yamlPath: comfy('infinitetalk_model_paths.yaml'),
      automatic: false,
    })
    expect(await readFile(comfy('extra_model_paths.yaml'), 'utf8')).toBe('mine: {}\n')
  })

  it('refuses a folder that is no ComfyUI', async () => {
    const elsewhere = library().link({ comfyuiFolder: folder.path('models'), how: 'yaml' })
    await expect(elsewhere).rejects.toMatchObject({ code: 'path_not_found' })
  })
})

describe('linking by symbolic links', () => {
  it('fault 87: removes and replaces nothing, and reports what leads nowhere', async () => {
    for (const name of ['a.bin', 'b.bin', 'c.bin', 'd.bin']) await writeFile(ours(name), name)
    await writeFile(comfy('models/vae/b.bin'), 'mine')
    await writeFile(folder.path('elsewhere'), 'elsewhere')
    await symlink(folder.path('elsewhere'), comfy('models/vae/c.bin'))
    await symlink(folder.path('gone'), comfy('models/vae/d.bin'))
    await symlink(ours('e.bin'), comfy('models/vae/e.bin'))
    const { links } = await link('symlinks')
    expect(links.map(({ path, outcome }) => [path.at(-5), outcome])).toEqual([
      ['a', 'made'],
      ['b', 'kept'],
      ['c', 'kept'],
      ['d', 'dangling'],
      ['e', 'dangling'],
    ])
    expect(await readFile(comfy('models/vae/a.bin'), 'utf8')).toBe('a.bin')
    expect(await readFile(comfy('models/vae/b.bin'), 'utf8')).toBe('mine')
    expect(await readlink(comfy('models/vae/c.bin'))).toBe(folder.path('elsewhere'))
    expect(await readlink(comfy('models/vae/d.bin'))).toBe(folder.path('gone'))
    expect((await link('symlinks')).links[0]?.outcome).toBe('there')
  })
})
