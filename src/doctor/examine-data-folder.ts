// Examines the disk of the data folder: below its reserve a hub rejects new jobs.
import { statfs } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Config } from '../config/load-config.ts'
import type { Finding } from '../domain/finding.ts'

const GB = 1e9

export async function examineDataFolder({ config }: { readonly config: Config }): Promise<Finding> {
  const folder = resolve(config.dataDir)
  const subject = 'Data folder'
  const reserveBytes = config.limits.diskReserveBytes
  const freeBytes = await freeBytesAt(folder)
  if (freeBytes === null) {
    const advice = 'Set INFINITETALK_DATA_DIR to a folder that this user may write.'
    return { subject, state: 'warning', detail: `${folder} cannot be examined`, advice }
  }
  const enough = freeBytes >= reserveBytes
  const figures = `${sayGB(freeBytes)} free, ${sayGB(reserveBytes)} kept in reserve`
  return {
    subject,
    state: enough ? 'ok' : 'warning',
    detail: `${folder}, ${figures}`,
    advice: enough
      ? null
      : 'A hub rejects new jobs here: free some space, or lower INFINITETALK_LIMIT_DISK_RESERVE_BYTES.',
  }
}

/** On the disk that has, or will have, the folder. */
async function freeBytesAt(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  } catch {
    const parent = dirname(folder)
    return parent === folder ? null : freeBytesAt(parent)
  }
}

function sayGB(bytes: number): string {
  return `${(bytes / GB).toFixed(1)} GB`
}
