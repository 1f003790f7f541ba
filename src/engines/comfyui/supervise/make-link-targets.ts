// ComfyUI and its packs write to two folders beside their own code. An installation that nobody may change (a container image) has
// links there, into its volumes; and no program makes what a link leads to. A volume that is new, or was filled by hand, lacks it.
import { lstat, mkdir, readlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { AppError } from '../../../domain/errors.ts'

/** Its database; and the text embeddings that the wrapper keeps, and reads again for the same prompt. */
const WRITTEN = ['user', join('custom_nodes', 'ComfyUI-WanVideoWrapper', 'text_embed_cache')]

/**
 * @param folder of the installation; what is no link in it is left alone
 * @throws AppError `engine_start_failed`
 */
export async function makeLinkTargets(folder: string): Promise<void> {
  for (const name of WRITTEN) {
    const link = join(folder, name)
    const info = await lstat(link).catch(() => null)
    if (info?.isSymbolicLink() !== true) continue
    const target = resolve(dirname(link), await readlink(link))
    try {
      await mkdir(target, { recursive: true })
    } catch (cause) {
      const detail = `ComfyUI writes to "${target}", which cannot be made: make it, and let the user of this program write it.`
      throw new AppError('engine_start_failed', detail, { cause })
    }
  }
}
