// Gives a render its own folder, and deletes it when the render ends, however it ends.
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../domain/errors.ts'
import { ownedName } from '../domain/owned-name.ts'

const NOBODYS_PREFIX = 'infinitetalk-'

interface WorkPlace {
  readonly workFolder: string
  /** Begins the folder's name, so that others can sweep it when this process is killed; absent where no hub sweeps. */
  readonly owner?: string
}

/**
 * Runs `work` with an empty folder that only this user can read, and removes it afterwards.
 *
 * @throws AppError `disk_full`, `store_unavailable`, and what `work` throws
 */
export async function withWorkFolder<T>(
  { workFolder, owner }: WorkPlace,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const prefix = owner === undefined ? NOBODYS_PREFIX : ownedName(owner, '')
  const folder = await mkdtemp(join(workFolder, prefix)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOSPC') throw error
    const detail = `The work folder cannot be created (${error.code}). Check INFINITETALK_DATA_DIR.`
    throw new AppError('store_unavailable', detail, { cause: error })
  })
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}
