// A folder of one render's own, gone when the render is over, whatever way it ended.
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'

const PREFIX = 'infinitetalk-'

/** Runs `work` with an empty folder under `parent` that only this user can read, and removes it afterwards. */
export async function withWorkFolder<T>(
  parent: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(parent, PREFIX))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}
