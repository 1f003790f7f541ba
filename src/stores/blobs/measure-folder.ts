// Counts the files in a folder of folders, and their bytes. A file that is deleted meanwhile is not counted.
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { BlobUsage } from '../../app/ports/blob-store.ts'

/** Node's thread pool has four threads, which other work needs too. */
const AT_ONCE = 2

/** @throws the reason of `signal` */
export async function measureFolder(folder: string, signal: AbortSignal): Promise<BlobUsage> {
  const total = { files: 0, bytes: 0 }
  for (const inner of await namesIn(folder)) {
    const names = await namesIn(join(folder, inner))
    for (let at = 0; at < names.length; at += AT_ONCE) {
      signal.throwIfAborted()
      const some = names.slice(at, at + AT_ONCE)
      for (const bytes of await Promise.all(
        some.map((name) => sizeOf(join(folder, inner, name))),
      )) {
        if (bytes === null) continue
        total.files += 1
        total.bytes += bytes
      }
    }
  }
  return total
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => [])
}

async function sizeOf(path: string): Promise<number | null> {
  const facts = await stat(path).catch(() => null)
  return facts?.isFile() === true ? facts.size : null
}
