// The node pack of InfiniteTalk keeps the text embeddings of prompts in its own folder, which an update or a new container
// deletes. A link from there into the models folder keeps them. Existing files stay as they are.
import { mkdir, readdir, readlink, symlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { lookAt } from './model-volume.ts'

export interface TextCacheLink {
  readonly path: string
  /** `kept`: something else is at that path, and is used as it is. */
  readonly outcome: 'made' | 'there' | 'kept'
}

const PACK = 'comfyui-wanvideowrapper'
const CACHE = 'text_embed_cache'

/** @returns null when the ComfyUI has no such pack */
export async function linkTextCache(
  comfyuiFolder: string,
  volume: string,
): Promise<TextCacheLink | null> {
  const packs = join(comfyuiFolder, 'custom_nodes')
  const names = await readdir(packs).catch(() => [])
  const pack = names.find((name) => name.toLowerCase() === PACK)
  if (pack === undefined) return null
  const path = join(packs, pack, CACHE)
  const target = join(volume, CACHE)
  const isOurs = await readlink(path).then(
    (to) => resolve(dirname(path), to) === target,
    () => false,
  )
  if (!isOurs && (await lookAt(path)).kind !== 'nothing') return { path, outcome: 'kept' }
  await mkdir(target, { recursive: true })
  if (isOurs) return { path, outcome: 'there' }
  await symlink(target, path)
  return { path, outcome: 'made' }
}
