// A disk of its own for a test that fills it: needs the right to mount one.
import { execFileSync } from 'node:child_process'
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createTestFolder } from './test-folder.ts'

export interface SmallDisk {
  readonly folder: string
  /** Leaves so much space, until it is freed. */
  leave(bytes: number): Promise<void>
  free(): Promise<void>
}

/** @param size as mount takes it: `24m` */
export async function mountSmallDisk(size: string): Promise<SmallDisk> {
  const folder = (await createTestFolder()).path('disk')
  await mkdir(folder)
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder])
  onTestFinished(() => void execFileSync('umount', ['--lazy', folder]))
  const filler = join(folder, 'filler')
  return {
    folder,
    async leave(bytes) {
      const { bavail, bsize } = await statfs(folder)
      await writeFile(filler, Buffer.alloc(Math.max(0, bavail * bsize - bytes)))
    },
    free: () => rm(filler),
  }
}
