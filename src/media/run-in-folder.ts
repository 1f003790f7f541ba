// Every step of media work writes into a folder of its own inside the job's: when the step fails, the folder goes, so
// that no half-written file can be taken for a whole one.
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'

export async function runInFolder<T>(
  workDir: string,
  prefix: string,
  step: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(workDir, `${prefix}-`))
  try {
    return await step(folder)
  } catch (thrown) {
    await rm(folder, { recursive: true, force: true })
    throw thrown
  }
}
