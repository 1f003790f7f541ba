// Whether the programs that were found are still there, without starting them: asked often, as the health of an engine.
import { access, constants } from 'node:fs/promises'
import type { Tools } from './tool.ts'

/** @returns one sentence; null when all are there */
export async function findMissingProgram({ ffmpeg, ffprobe }: Tools): Promise<string | null> {
  for (const { name, path } of [ffmpeg, ffprobe]) {
    const runs = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (!runs) return `${name} is not where it was.`
  }
  return null
}
