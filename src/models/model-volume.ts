// The models folder: where each model and its half-received file are, and the promise that none of them is outside of it. The
// names of a manifest are plain already; what remains is the disk itself, where a folder may be a link to somewhere else.
import { lstat, mkdir, open, realpath, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import type { ModelEntry } from '@infinitetalk/contract'
import { AppError } from '../domain/errors.ts'
import { modelKey } from './load-manifest.ts'

/** Apart from the models, because ComfyUI lists some folders without looking at the names of the files. */
const PARTIAL_FOLDER = '.partial'

export interface ModelPaths {
  readonly target: string
  readonly part: string
  readonly journal: string
}

export function modelPaths(volume: string, model: ModelEntry): ModelPaths {
  const key = modelKey(model)
  const part = join(volume, PARTIAL_FOLDER, `${key}.part`)
  return { target: join(volume, key), part, journal: `${part}.journal` }
}

/**
 * Creates the folder of a file, and makes sure that it is inside the volume.
 *
 * @throws AppError `path_forbidden` when a link leads out of it
 */
export async function prepareFolder(volume: string, file: string): Promise<void> {
  const folder = dirname(file)
  await refuseEscape(volume, folder)
  await mkdir(folder, { recursive: true })
}

/** Every part of the way that exists is looked at before anything is made behind it. */
async function refuseEscape(volume: string, folder: string): Promise<void> {
  const root = await realpath(volume)
  let at = resolve(volume)
  for (const segment of relative(at, folder).split(sep)) {
    at = join(at, segment)
    // What is not there will be made as a plain folder, here or by another model that comes at the same time.
    if ((await lstat(at).catch(absent)) === null) return
    const real = await realpath(at).catch(absent)
    if (real === null || !isInside(root, real)) {
      const detail = `"${at}" is a link that leads out of the models folder.`
      throw new AppError('path_forbidden', detail)
    }
  }
}

function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep)
}

/** What stands at the place of a model. */
export type Occupant =
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'file'
      readonly bytes: number
      readonly modifiedAtMs: number
      /** It is a symbolic link to a file: somebody else's, to be used but not replaced. */
      readonly linked: boolean
    }
  | { readonly kind: 'other'; readonly what: string }

export async function lookAt(path: string): Promise<Occupant> {
  const own = await lstat(path).catch(absent)
  if (own === null) return { kind: 'nothing' }
  const linked = own.isSymbolicLink()
  const found = linked ? await stat(path).catch(absent) : own
  if (found === null) return { kind: 'other', what: 'a link that leads nowhere' }
  if (found.isDirectory()) return { kind: 'other', what: 'a folder' }
  if (!found.isFile()) return { kind: 'other', what: 'no regular file' }
  return { kind: 'file', bytes: found.size, modifiedAtMs: Math.floor(found.mtimeMs), linked }
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
  throw error
}

/** Makes a rename or a removal in a folder survive a power loss. */
export async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
