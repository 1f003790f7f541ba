// Removes files of renders from a folder of a ComfyUI on this disk. ComfyUI itself has no way to remove a file.
import { rm, rmdir } from 'node:fs/promises'
import { dirname, resolve, sep } from 'node:path'

/** @param names with their subfolder: `job/1.png`. One that leads out of the folder is left alone; a subfolder goes with its last file. */
export async function removeFiles(folder: string, names: readonly string[]): Promise<void> {
  const root = resolve(folder)
  const paths = names.map((name) => resolve(root, name)).filter((path) => isInside(root, path))
  await Promise.all(paths.map((path) => rm(path, { force: true }).catch(() => {})))
  const folders = new Set(paths.map((path) => dirname(path)))
  for (const empty of folders) if (isInside(root, empty)) await rmdir(empty).catch(() => {})
}

function isInside(root: string, path: string): boolean {
  return path.startsWith(root + sep)
}
