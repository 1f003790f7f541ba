// Opens a file that a request names by path. The check is made on the open file, so a link that is swapped between check and open
// has no effect.
import { constants } from 'node:fs'
import { type FileHandle, open, realpath, stat } from 'node:fs/promises'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { AppError } from '../domain/errors.ts'

export interface PathRequest {
  readonly path: string
  /** The place of the path in the request. */
  readonly pointer: string
  /** Readable folders. */
  readonly roots: readonly string[]
}

/**
 * Hard links are ordinary files: a user who may create them inside an allowed folder may read their targets.
 *
 * @returns the open file, a regular one inside an allowed folder; the caller closes it
 * @throws AppError `path_forbidden`, `path_not_found`, `path_unreadable`
 */
export async function openAllowedFile(request: PathRequest): Promise<FileHandle> {
  const { path, pointer } = request
  const roots = await realRoots(request.roots)
  // Checked before the file system is: an outside path must not reveal whether it exists.
  const asWritten = [...request.roots.map((root) => resolve(root)), ...roots]
  if (!isAbsolute(path) || !isInside(resolve(path), asWritten)) throw forbidden(pointer)
  const file = await openWithoutWaiting(request)
  try {
    if (!isInside(await realPathOf(file, path), roots)) throw forbidden(pointer)
    if (!(await file.stat()).isFile()) {
      throw new AppError(
        'path_unreadable',
        'The path names something that is not a regular file.',
        {
          pointer,
        },
      )
    }
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}

/** A plain open of a pipe without a writer would wait forever. */
async function openWithoutWaiting({ path, pointer }: PathRequest): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new AppError('path_not_found', 'There is no file at the path.', {
        cause: error,
        pointer,
      })
    }
    throw new AppError('path_unreadable', `The file cannot be opened (${code}).`, {
      cause: error,
      pointer,
    })
  }
}

/** Linux reports the path of an open file; elsewhere the name must still lead to the open file. */
async function realPathOf(file: FileHandle, path: string): Promise<string> {
  if (process.platform === 'linux') return realpath(`/proc/self/fd/${file.fd}`)
  const real = await realpath(path)
  const [named, opened] = await Promise.all([stat(real), file.stat()])
  if (named.ino !== opened.ino || named.dev !== opened.dev) return ''
  return real
}

async function realRoots(roots: readonly string[]): Promise<readonly string[]> {
  const real = await Promise.all(roots.map((root) => realpath(root).catch(() => null)))
  return real.filter((root) => root !== null)
}

function isInside(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => {
    const way = relative(root, path)
    return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
  })
}

function forbidden(pointer: string): AppError {
  const detail = 'The path is outside the folders that this hub may read inputs from.'
  return new AppError('path_forbidden', detail, { pointer })
}
