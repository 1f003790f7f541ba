// Opens the files that an agent on this machine names, inside the folders that its user allowed.
import { openAsBlob } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { basename, isAbsolute, relative, resolve } from 'node:path'
import { AppError } from '../domain/errors.ts'

export type OpenLocalFile = (path: string) => Promise<File>

/** @param roots absolute; symbolic links count as the place that they point to */
export function localFiles(roots: readonly string[]): OpenLocalFile {
  return async (path) => {
    const place = await realpath(resolve(roots[0] ?? '.', path)).catch((cause: Error) => {
      throw new AppError('path_not_found', `${path} does not exist.`, { cause })
    })
    const allowed = await Promise.all(roots.map((root) => realpath(root).catch(() => null)))
    if (!allowed.some((root) => root !== null && isInside(place, root))) {
      const detail = `${path} is outside of the folders that may be read: start the server with --root FOLDER.`
      throw new AppError('path_forbidden', detail)
    }
    if (!(await stat(place)).isFile()) {
      throw new AppError('path_unreadable', `${path} is not a file.`)
    }
    return new File([await openAsBlob(place)], basename(place))
  }
}

function isInside(place: string, root: string): boolean {
  const way = relative(root, place)
  return way !== '' && !way.startsWith('..') && !isAbsolute(way)
}
