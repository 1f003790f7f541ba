// A folder for each test, removed after it; at the end of a failed download it must be as empty as at its beginning.
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

export interface TestFolder {
  path(name: string): string
  names(): Promise<readonly string[]>
}

export async function createTestFolder(): Promise<TestFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'infinitetalk-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return {
    path: (name) => join(folder, name),
    names: () => readdir(folder),
  }
}
