// Writes a finished video to the user's disk. The target is checked before any work. The file is written under a temporary name and
// renamed, so half a video is never visible. An existing file is replaced only on request.
import { randomUUID } from 'node:crypto'
import { access, constants, copyFile, link, lstat, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppError } from '../domain/errors.ts'

export interface OutputFile {
  readonly path: string
  readonly overwrite: boolean
}

/** @throws AppError `output_exists`, `output_unwritable` */
export async function checkOutputFile(output: OutputFile): Promise<void> {
  const folder = dirname(output.path)
  try {
    await access(folder, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new AppError('output_unwritable', `The folder ${folder} is not there or not writable.`, {
      cause: error,
    })
  }
  const existing = await lstat(output.path).catch(() => null)
  if (existing === null) return
  if (existing.isDirectory()) {
    throw new AppError('output_unwritable', `${output.path} is a folder.`)
  }
  if (!output.overwrite) throw alreadyExists(output.path)
}

/** @throws AppError `output_exists`, `output_unwritable`, `disk_full` */
export async function publishFile(fromPath: string, output: OutputFile): Promise<void> {
  const temporary = join(
    dirname(output.path),
    `.${basename(output.path).slice(0, 80)}.${randomUUID()}.part`,
  )
  try {
    await copyFile(fromPath, temporary, constants.COPYFILE_EXCL)
    await flushToDisk(temporary)
    await giveName(temporary, output)
  } catch (error) {
    throw publishError(error, output.path)
  } finally {
    await rm(temporary, { force: true })
  }
}

/**
 * The same for a file that is complete and in the folder of its target: it is only renamed.
 *
 * @throws AppError `output_exists`, `output_unwritable`, `disk_full`
 */
export async function publishPart(partPath: string, output: OutputFile): Promise<void> {
  try {
    await flushToDisk(partPath)
    await giveName(partPath, output)
    await rm(partPath, { force: true })
  } catch (error) {
    throw publishError(error, output.path)
  }
}

async function giveName(from: string, output: OutputFile): Promise<void> {
  if (output.overwrite) await rename(from, output.path)
  else await renameWithoutReplacing(from, output.path)
}

/** rename() replaces silently; link() fails when the name is taken, even by a concurrent writer. */
async function renameWithoutReplacing(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' || code === 'ENOSPC') throw error
    // This file system has no hard links (exFAT, some network drives): check, then rename.
    if ((await lstat(to).catch(() => null)) !== null) throw alreadyExists(to)
    await rename(from, to)
  }
}

async function flushToDisk(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

function alreadyExists(path: string): AppError {
  return new AppError('output_exists', `${path} already exists.`)
}

function publishError(error: unknown, path: string): AppError {
  if (error instanceof AppError) return error
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EEXIST') return alreadyExists(path)
  if (code === 'ENOSPC') {
    return new AppError('disk_full', `There is no space left for ${path}.`, { cause: error })
  }
  return new AppError('output_unwritable', `${path} could not be written (${code}).`, {
    cause: error,
  })
}
