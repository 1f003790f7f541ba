import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { beforeEach, expect, it } from 'vitest'
import { createTestFolder, type TestFolder } from '../../../../test/support/test-folder.ts'
import { makeLinkTargets } from './make-link-targets.ts'

const PACK = 'comfyui/custom_nodes/ComfyUI-WanVideoWrapper'
let files: TestFolder

beforeEach(async () => {
  files = await createTestFolder()
  await mkdir(files.path(PACK), { recursive: true })
})

const make = () => makeLinkTargets(files.path('comfyui'))

it('volumes that lack the folders of ComfyUI get them, and keep what they have', async () => {
  await symlink(files.path('models/text_embed_cache'), files.path(`${PACK}/text_embed_cache`))
  // Relative, as a link may be.
  await symlink('../state/user', files.path('comfyui/user'))
  await make()
  expect(await readdir(files.path('models'))).toEqual(['text_embed_cache'])
  expect(await readdir(files.path('state'))).toEqual(['user'])
  await writeFile(files.path('models/text_embed_cache/kept'), 'x')
  await make()
  expect(await readFile(files.path(`${PACK}/text_embed_cache/kept`), 'utf8')).toBe('x')
})

it('an installation with folders of its own, or without the pack, is left as it is', async () => {
  await mkdir(files.path('comfyui/user'))
  await make()
  expect(await readdir(files.path('comfyui'))).toEqual(['custom_nodes', 'user'])
  expect(await readdir(files.path(PACK))).toEqual([])
})

it('a folder that cannot be made is named', async () => {
  await writeFile(files.path('models'), 'not a folder')
  await symlink(files.path('models/text_embed_cache'), files.path(`${PACK}/text_embed_cache`))
  await expect(make()).rejects.toMatchObject({
    code: 'engine_start_failed',
    detail: expect.stringContaining(files.path('models/text_embed_cache')),
  })
})
