import { mkdir, readlink, stat, symlink } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { createTestFolder } from '../../test/support/test-folder.ts'
import { linkTextCache } from './link-text-cache.ts'

async function installed() {
  const folder = await createTestFolder()
  const pack = folder.path('comfy/custom_nodes/ComfyUI-WanVideoWrapper')
  await mkdir(pack, { recursive: true })
  await mkdir(folder.path('models'))
  const link = () => linkTextCache(folder.path('comfy'), folder.path('models'))
  return { folder, path: `${pack}/text_embed_cache`, link }
}

it('keeps text embeddings in the models folder, and says when that was so already', async () => {
  const { folder, path, link } = await installed()
  expect(await link()).toEqual({ path, outcome: 'made' })
  expect(await link()).toEqual({ path, outcome: 'there' })
  expect(await readlink(path)).toBe(folder.path('models/text_embed_cache'))
  expect((await stat(path)).isDirectory()).toBe(true)
})

it('makes the folder that a link of an image leads to', async () => {
  const { folder, path, link } = await installed()
  await symlink(folder.path('models/text_embed_cache'), path)
  expect(await link()).toEqual({ path, outcome: 'there' })
  expect((await stat(path)).isDirectory()).toBe(true)
})

it('leaves a folder or a link of somebody else alone', async () => {
  const first = await installed()
  await mkdir(first.path)
  expect(await first.link()).toEqual({ path: first.path, outcome: 'kept' })
  const second = await installed()
  await symlink('/elsewhere', second.path)
  expect(await second.link()).toEqual({ path: second.path, outcome: 'kept' })
})

it('does nothing without the pack', async () => {
  const folder = await createTestFolder()
  expect(await linkTextCache(folder.path('comfy'), folder.path('models'))).toBeNull()
})
