// A folder of one render's own, gone when the render is over, whatever way it ended.
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../domain/errors.ts'
import { ownedName } from '../domain/owned-name.ts'

const NOBODYS_PREFIX = 'infinitetalk-'

interface WorkPlace {
  readonly workFolder: string
  /** By whose name it is swept when this process is killed; none in a folder that nobody sweeps. */
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
    const detail = `No work folder can be made (${error.code}).`
    throw new AppError('store_unavailable', detail, { cause: error })
  })
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}
