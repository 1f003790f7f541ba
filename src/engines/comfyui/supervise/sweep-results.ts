// Removes what renders have left in the folders of a ComfyUI of our own. Its videos were fetched long ago; without this they
// would stay for as long as it runs, which may be months.
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** No job lives as long: what is older is nobody's. */
const KEPT_MS = 24 * 60 * 60_000

/** @param nowMs time of day, as files have it */
export async function sweepResults(folders: readonly string[], nowMs: number): Promise<void> {
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
    for (const entry of entries) {
      if (!entry.isFile()) continue
      const path = join(entry.parentPath, entry.name)
      const changedMs = await stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => nowMs,
      )
      if (nowMs - changedMs > KEPT_MS) await rm(path, { force: true }).catch(() => {})
    }
  }
}
