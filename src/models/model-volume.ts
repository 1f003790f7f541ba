// The models folder: the paths of each model and its partial file, none of which may be outside of it. The names in a manifest are
// checked already; what remains is the disk, where a folder may be a link to another place.
import { lstat, mkdir, open, realpath, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import type { ModelEntry } from '@infinitetalk/contract'
import { AppError } from '../domain/errors.ts'
import { modelKey } from './load-manifest.ts'

/** Apart from the models, because ComfyUI lists some folders without looking at the file names. */
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
 * Creates the folder of a file and makes sure that it is inside the volume.
 *
 * @throws AppError `path_forbidden` when a link leads out of it
 */
export async function prepareFolder(volume: string, file: string): Promise<void> {
  const folder = dirname(file)
  await refuseEscape(volume, folder)
  await mkdir(folder, { recursive: true })
}

/** Checks every existing part of the path before anything is made behind it. */
async function refuseEscape(volume: string, folder: string): Promise<void> {
  const root = await realpath(volume)
  let at = resolve(volume)
  for (const segment of relative(at, folder).split(sep)) {
    at = join(at, segment)
    // A missing part will be made as a plain folder, here or for another model at the same time.
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

/** The file or folder at the path of a model. */
export type Occupant =
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'file'
      readonly bytes: number
      readonly modifiedAtMs: number
      /** A symbolic link to somebody else's file: to be used but not replaced. */
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
  if (!found.isFile()) return { kind: 'other', what: 'not a regular file' }
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
