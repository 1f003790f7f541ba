// Runs a step of media work in its own folder inside the job's. The folder is deleted when the step fails, so that no incomplete
// file looks complete.
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
