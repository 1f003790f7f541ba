// A folder for all tests of a file, which other users may enter: what runs in an image runs as somebody else.
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface KeptFolder {
  path(name: string): string
  remove(): Promise<void>
}

export async function createKeptFolder(): Promise<KeptFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'infinitetalk-image-'))
  await chmod(folder, 0o755)
  return {
    path: (name) => join(folder, name),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
