// Finds the ffmpeg and ffprobe that npm installs as optional dependencies. Their own entry files throw on unknown platforms and
// check files at import, so this file only resolves their package.json files.
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Tool } from './tool.ts'

/** The path of the npm-shipped program, or null when it is not installed for this platform. */
export async function npmToolPath(name: Tool['name']): Promise<string | null> {
  const scope = name === 'ffmpeg' ? '@ffmpeg-installer' : '@ffprobe-installer'
  const extension = process.platform === 'win32' ? '.exe' : ''
  try {
    // The platform's package is a dependency of the installer and resolves reliably only from there.
    const installer = createRequire(import.meta.url).resolve(`${scope}/${name}/package.json`)
    const platform = `${scope}/${process.platform}-${process.arch}/package.json`
    const path = join(dirname(createRequire(installer).resolve(platform)), `${name}${extension}`)
    await access(path, constants.X_OK)
    return path
  } catch {
    return null
  }
}
