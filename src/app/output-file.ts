// Where a finished video goes on a person's own disk. Checked before any work is done; written under a temporary name and
// renamed, so that nobody ever sees half a video; an existing file is replaced only when that was asked for.
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
 * The same for a file that was made whole in the folder of its target: it only gets its name, and is gone under the old one.
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

/** rename() replaces silently; link() refuses when the name is taken, also by someone who was faster than us. */
async function renameWithoutReplacing(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' || code === 'ENOSPC') throw error
    // No hard links on this file system (exFAT, some network drives): look first, then rename.
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
